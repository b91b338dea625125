(defn rmsprop [learning-rate decay-rate epsilon gradients weights]
  (let [zeros (into {} (for [[name values] weights]
                         [name (vec (repeat (count values) 0.0))]))
        moving-average (atom zeros)]
    (doseq [name (keys weights)]
      (let [gradient (get gradients name)
            avg (atom (moving-average name))]
        (doseq [i (range (count gradient))]
          (swap! avg assoc i
            (+ (* decay-rate (nth @avg i))
               (* (- 1 decay-rate) (Math/pow (nth gradient i) 2))))
          (assoc-in weights [name i] (- (nth (nth weights name) i)
                                        (* learning-rate
                                           (nth gradient i)
                                           (/ 1 (Math/sqrt (+ (nth @avg i) epsilon))))))))
        (swap! moving-average assoc name @avg)))
    weights))

(def gradients {"w1" [0.1 -0.2] "w2" [0.4 -0.5]})
(def weights {"w1" [0.5 0.5] "w2" [0.6 0.6]})

(println (rmsprop 0.001 0.9 1e-8 gradients weights))
