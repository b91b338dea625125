"""The arithmetics in which a rule is evaluated, and the choices that IEEE 754 leaves."""
