using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace DeepNotebooks.Tests.Tensors;

public class MathNetProviderTests
{
    [Fact]
    public void MultipliesAsMathNetDoesAndLeavesTheRestToIt()
    {
        ILinearAlgebraProvider before = LinearAlgebraControl.Provider;
        var rng = new Random(1);
        Matrix<double> a = Random(7, 5), b = Random(5, 9), c = Random(4, 5), d = Random(7, 3);
        Matrix<double>[] expected = Products();
        Matrix<float> single = a.Map(v => (float)v) * b.Map(v => (float)v);
        double determinant = Random(6, 6).Determinant();
        try
        {
            MathNetProvider.Use();
            MathNetProvider.Use();
            Assert.IsType<MathNetProvider>(LinearAlgebraControl.Provider, exactMatch: false);
            foreach ((Matrix<double> want, Matrix<double> got) in expected.Zip(Products()))
                Assert.True((want - got).L2Norm() < 1e-13);
            Assert.True((single - (a.Map(v => (float)v) * b.Map(v => (float)v))).L2Norm() < 1e-5);
            rng = new Random(1);
            Random(7, 5); Random(5, 9); Random(4, 5); Random(7, 3);
            Assert.Equal(determinant, Random(6, 6).Determinant(), 1e-12);
            Assert.Equal(3, Random(3, 3).Svd().S.Count);
            Assert.ThrowsAny<ArgumentException>(() => a * a);
        }
        finally
        {
            LinearAlgebraControl.Provider = before;
        }

        Matrix<double> Random(int rows, int columns) => Matrix<double>.Build.Dense(rows, columns, (_, _) => rng.NextDouble() - 0.5);

        Matrix<double>[] Products() => [a * b, a.TransposeAndMultiply(c), a.TransposeThisAndMultiply(d), 2 * a * b, a.Transpose() * a];
    }
}
