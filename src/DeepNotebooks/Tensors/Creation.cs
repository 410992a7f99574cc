namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>A tensor of zeros.</summary>
    public static Tensor Zeros(Shape shape, DType dtype = DType.Float32) => Full(shape, 0, dtype);

    /// <summary>A tensor of ones.</summary>
    public static Tensor Ones(Shape shape, DType dtype = DType.Float32) => Full(shape, 1, dtype);

    /// <summary>A tensor with one value everywhere.</summary>
    public static Tensor Full(Shape shape, double value, DType dtype = DType.Float32)
    {
        Tensor result = Empty(shape, dtype);
        result.Set(value);
        return result;
    }

    /// <summary>A tensor of rank 0 that holds one number.</summary>
    public static Tensor Scalar(double value, DType dtype = DType.Float32) => Full([], value, dtype);

    /// <summary>A vector of these numbers.</summary>
    public static Tensor From(IEnumerable<double> values, DType dtype = DType.Float32)
    {
        double[] array = [.. values];
        return From(array, [array.Length], dtype);
    }

    /// <summary>A vector of these numbers.</summary>
    public static Tensor From(IEnumerable<float> values)
    {
        float[] array = [.. values];
        return new Tensor(new Storage(array), [array.Length], DType.Float32);
    }

    /// <summary>A vector of these whole numbers, class labels for example.</summary>
    public static Tensor From(IEnumerable<int> values, DType dtype = DType.Float32) => From(values.Select(v => (double)v), dtype);

    /// <summary>A tensor of the given shape, filled row by row.</summary>
    /// <exception cref="ArgumentException">The number of values is not the shape's size.</exception>
    public static Tensor From(ReadOnlySpan<double> values, Shape shape, DType dtype = DType.Float32)
    {
        if (values.Length != shape.Size)
            throw new ArgumentException($"Tensor.From: {values.Length} values do not fill {shape}, which takes {shape.Size}.");
        Tensor result = Empty(shape, dtype);
        if (dtype == DType.Float32)
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(values, result.Span<float>());
        else
            values.CopyTo(result.Span<double>());
        return result;
    }

    /// <summary>A matrix from a two-dimensional array: <c>Tensor.From(new double[,] { { 1, 2 }, { 3, 4 } })</c>.</summary>
    public static Tensor From(double[,] values, DType dtype = DType.Float32) =>
        From([.. values.Cast<double>()], [values.GetLength(0), values.GetLength(1)], dtype);

    /// <summary>A vector 0, 1, … count − 1.</summary>
    /// <exception cref="ArgumentException">The count is negative.</exception>
    public static Tensor Range(int count, DType dtype = DType.Float32) => From(Enumerable.Range(0, Shape.Create([count]).Size), dtype);

    /// <summary>A vector of evenly spaced numbers, both ends included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two numbers asked for.</exception>
    public static Tensor Linspace(double start, double end, int count, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        return From(Enumerable.Range(0, count).Select(i => start + ((end - start) * i / (count - 1))), dtype);
    }

    /// <summary>The identity matrix, or ones on the main diagonal of a rectangle.</summary>
    public static Tensor Eye(int rows, int? columns = null, DType dtype = DType.Float32)
    {
        Tensor result = Zeros([rows, columns ?? rows], dtype);
        for (int i = 0; i < Math.Min(rows, columns ?? rows); i++)
            result[i, i] = 1;
        return result;
    }

    /// <summary>Sets every element to one value; history is not recorded.</summary>
    public void Fill(double value)
    {
        ForbidGaps(nameof(Fill));
        Set(value);
        NoteChange();
    }

    private void Set(double value)
    {
        if (Accelerator is { } device) device.Fill(this, value);
        else if (DType == DType.Float32) Span<float>().Fill((float)value);
        else Span<double>().Fill(value);
    }
}
