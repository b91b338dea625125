(ns adapter
  "rmsprop.clj behind the port protocol; doubles from the wire to the program and back."
  (:import (goldstep.adapter Hyperparameters NumberFormat Optimizer Port Port$Implementation
                             Protocol)))

(defn load-program
  "Loads the program, its example included, and returns its `rmsprop`. An example that fails does
  not hide the function: each run then shows by itself what the function does."
  []
  (binding [*ns* (create-ns 'user)]
    (try
      (load-file "rmsprop.clj")
      (catch Throwable failure
        (.printStackTrace failure))))
  (or (ns-resolve 'user 'rmsprop)
      (throw (IllegalStateException. "rmsprop.clj defines no rmsprop"))))

(defn keeps-state?
  "Whether `rmsprop` makes an optimizer from the three numbers, or is one update that takes
  gradients and weights too, as the document prints it."
  [rmsprop]
  (= 3 (count (first (:arglists (meta rmsprop))))))

(defn vectors
  "Name -> double[] as the program's name -> vector."
  [arrays]
  (into {} (map (fn [[parameter numbers]] [parameter (vec numbers)])) arrays))

(defn optimizer [update-weights]
  (reify Optimizer
    (update [_ gradients weights]
      (update-vals (update-weights (vectors gradients) (vectors weights)) double-array))))

(defn port [rmsprop]
  (reify Port
    (implementation [_]
      (Port$Implementation. "rmsprop.clj" "2024-09-06" "clojure" (clojure-version)))
    (numberFormat [_] NumberFormat/FLOAT64)
    (reportsMovingAverage [_] false)
    (open [_ hyperparameters]
      (let [given [(.required hyperparameters Hyperparameters/LEARNING_RATE)
                   (.required hyperparameters Hyperparameters/DECAY_RATE)
                   (.required hyperparameters Hyperparameters/EPSILON)]]
        (optimizer (if (keeps-state? rmsprop)
                     (apply rmsprop given)
                     (apply partial rmsprop given)))))))

(defn -main []
  ;; Standard output is the protocol's alone.
  (binding [*out* *err*]
    (System/setOut System/err)
    (Protocol/serve (port (load-program)))))
