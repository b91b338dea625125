"""What RMSProp is: the mpmath reference, its rounding budgets, the groups of cases."""
