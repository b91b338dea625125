(ns adapter
  "rmsprop.clj behind the protocol goldstep-port/1."
  (:require [clojure.java.io :as io]
            [clojure.stacktrace :refer [print-stack-trace]]
            [rmsprop])
  (:import (com.google.gson Gson JsonElement JsonObject JsonParser)))

(set! *warn-on-reflection* true)

(defn read-json
  "JSON as Clojure's own: maps of strings, vectors, strings; numbers are whole in this protocol."
  [^JsonElement element]
  (cond
    (.isJsonObject element) (update-vals (into {} (.asMap ^JsonObject element)) read-json)
    (.isJsonArray element) (mapv read-json ^JsonArray element)
    (.isString (.getAsJsonPrimitive element)) (.getAsString element)
    :else (.getAsLong element)))

;; Not Clojure's reader, to which Infinity is a symbol and 1 a whole number.
(defn read-number [^String text]
  (Double/parseDouble text))

(defn read-arrays [arrays]
  (update-vals arrays (partial mapv read-number)))

;; str is Java's own conversion: the same bits when read, NaN and infinity as goldstep spells them.
(defn write-arrays [arrays]
  (update-vals arrays (partial mapv str)))

(defn start [_]
  {"implementation" {"name" "rmsprop.clj"
                     "version" "1"
                     "language" "Clojure"
                     "language_version" (clojure-version)}
   "number_format" "float64"
   "reports" ["moving_average"]})

(defn echo [{:strs [values]}]
  {"values" (mapv (comp str read-number) values)})

(defn states
  "Optimizer and weights after each step."
  [optimizer weights gradients]
  (rest (reductions (fn [[optimizer weights] gradients]
                      (rmsprop/update-weights optimizer (read-arrays gradients) weights))
                    [optimizer weights]
                    gradients)))

(defn run [{:strs [learning_rate decay_rate epsilon weights gradients record]}]
  ;; What is not given is not in the map, and left to the program's own defaults.
  (let [given (cond-> {}
                learning_rate (assoc :learning-rate (read-number learning_rate))
                decay_rate (assoc :decay-rate (read-number decay_rate))
                epsilon (assoc :epsilon (read-number epsilon)))
        recorded? (set record)]
    {"steps" (into []
                   (keep-indexed
                    (fn [index [optimizer weights]]
                      (when (recorded? (inc index))
                        {"weights" (write-arrays weights)
                         "moving_average" (write-arrays (:moving-average optimizer))})))
                   (states (rmsprop/optimizer given) (read-arrays weights) gradients))}))

(defn answer [{number "seq", command "cmd", :as request}]
  (try
    (assoc (({"start" start, "echo" echo, "run" run} command) request) "seq" number "ok" true)
    (catch Exception failure
      {"seq" number
       "ok" false
       "error" {"kind" "failed"
                "message" (str failure)
                "trace" (with-out-str (print-stack-trace failure))}})))

(defn -main []
  (let [gson (Gson.)]
    (with-open [requests (io/reader System/in :encoding "UTF-8")
                answers (io/writer System/out :encoding "UTF-8")]
      (doseq [request (->> (line-seq requests)
                           (map #(read-json (JsonParser/parseString %)))
                           (take-while #(not= "stop" (% "cmd"))))]
        (.write answers (str (.toJson gson (answer request)) "\n"))
        (.flush answers)))))
