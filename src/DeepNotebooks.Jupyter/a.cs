namespace DeepNotebooks.Jupyter; internal static class A;
