"""Program to solution: adapters of solvers, cuts, scaling and the certificate."""
