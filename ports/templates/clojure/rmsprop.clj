(ns rmsprop)

(defn optimizer
  "A new optimizer, with no averages yet."
  [{:keys [learning-rate decay-rate epsilon]
    :or {learning-rate 0.001, decay-rate 0.9, epsilon 1e-8}}]
  {:learning-rate learning-rate
   :decay-rate decay-rate
   :epsilon epsilon
   :moving-average {}})

;; The hints are no ornament: without them Clojure throws where a double is divided by zero.
(defn- next-average [^double decay-rate ^double average ^double gradient]
  (+ (* decay-rate average) (* (- 1 decay-rate) gradient gradient)))

(defn- step [^double learning-rate ^double epsilon ^double average ^double gradient]
  (/ (* learning-rate gradient) (Math/sqrt (+ average epsilon))))

(defn- update-parameter [{:keys [learning-rate decay-rate epsilon]} average gradient weight]
  (let [average (mapv (partial next-average decay-rate) (or average (repeat 0.0)) gradient)]
    [average (mapv - weight (map (partial step learning-rate epsilon) average gradient))]))

(defn update-weights
  "The optimizer and the weights after a step; gradients and weights map names to vectors."
  [optimizer gradients weights]
  (reduce-kv
   (fn [[optimizer weights] parameter gradient]
     (let [average (get-in optimizer [:moving-average parameter])
           [average weight] (update-parameter optimizer average gradient (weights parameter))]
       [(assoc-in optimizer [:moving-average parameter] average)
        (assoc weights parameter weight)]))
   [optimizer weights]
   gradients))
