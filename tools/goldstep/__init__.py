"""goldstep: a conformance suite for optimizers, RMSProp first."""
