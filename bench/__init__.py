"""Side-by-side benchmarks: every figure that is compared comes from the same run on the same servers."""
