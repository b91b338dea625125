;; Compiles every top-level form of the sources named on the command line without running any, as a
;; build does: Clojure itself runs each form before it reads the next, the program's example too.
(require '[clojure.java.io :as io]
         '[clojure.main :as main])
(import (clojure.lang LineNumberingPushbackReader LispReader$ReaderException))

(defn read-form
  "The next form, or the reader itself at the end of the source."
  [reader source]
  (try
    (read reader false reader)
    (catch LispReader$ReaderException failure
      (throw (ex-info nil
                      (assoc (ex-data failure)
                             :clojure.error/phase :read-source
                             :clojure.error/source source)
                      failure)))))

(defn check [source]
  (with-open [reader (LineNumberingPushbackReader. (io/reader source))]
    (binding [*file* source
              *source-path* source]
      (loop []
        (let [form (read-form reader source)]
          (when-not (identical? form reader)
            ;; A function that holds the form compiles it, and is never called.
            (eval (list `fn [] form))
            (recur)))))))

(try
  (run! check *command-line-args*)
  (catch Throwable failure
    ;; Clojure's own words, without the report file that it would leave behind.
    (binding [*out* *err*]
      (print (main/ex-str (main/ex-triage (Throwable->map failure))))
      (flush))
    (System/exit 1)))
