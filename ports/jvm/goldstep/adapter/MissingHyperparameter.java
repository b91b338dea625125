package goldstep.adapter;

/** A hyper-parameter is left out and the port has no default for it: {@code unsupported}. */
public final class MissingHyperparameter extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingHyperparameter(String name) {
        super("no default for " + name);
    }
}
