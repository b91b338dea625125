"""RMSProp: its rule, its known deviations, the groups of its cases."""
