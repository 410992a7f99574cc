using MathNet.Numerics.LinearAlgebra;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>A tensor [rows, columns] of a MathNet matrix; a copy.</summary>
    public static Tensor From(Matrix<double> matrix, DType dtype = DType.Float32) =>
        From(matrix.ToRowMajorArray(), [matrix.RowCount, matrix.ColumnCount], dtype);

    /// <summary>A tensor [rows, columns] of a MathNet matrix; a copy.</summary>
    public static Tensor From(Matrix<float> matrix)
    {
        Tensor result = Empty([matrix.RowCount, matrix.ColumnCount], DType.Float32);
        matrix.ToRowMajorArray().CopyTo(result.Span<float>());
        return result;
    }

    /// <summary>This matrix as MathNet's, for its decompositions (SVD, EVD, QR, Cholesky); a copy.</summary>
    /// <exception cref="InvalidOperationException">The tensor has not two axes.</exception>
    public Matrix<double> ToMatrix() => Rank == 2
        ? Matrix<double>.Build.Dense(Shape[1], Shape[0], ToArray<double>()).Transpose()
        : throw new InvalidOperationException($"ToMatrix: {Shape} has {Rank} axes, not two. Reshape it first.");

    /// <summary>The elements row by row as MathNet's vector, for its statistics; a copy.</summary>
    public Vector<double> ToVector() => Vector<double>.Build.Dense(ToArray<double>());
}
