namespace DeepNotebooks; internal static class A;
