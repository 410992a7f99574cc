using MathNet.Numerics.LinearAlgebra;

namespace DeepNotebooks.Layers;

/// <summary>
/// How the weights of a layer are drawn before training. Fan in is the number of inputs that one output sums, fan out the number of
/// outputs that one input feeds; for a weight [outputs, inputs, kernel…] they are inputs and outputs times the kernel's size.
/// </summary>
public sealed class Initializer
{
    private readonly Func<Shape, Rng, DType, Tensor> _create;

    private Initializer(Func<Shape, Rng, DType, Tensor> create) => _create = create;

    /// <summary>All zeros: keeps all units of a layer alike for ever.</summary>
    public static Initializer Zeros { get; } = Constant(0);

    /// <summary>Uniform in ±√(6 / (fan in + fan out)), of variance 2 / (fan in + fan out). Glorot and Bengio, 2010.</summary>
    public static Initializer XavierUniform { get; } = new((shape, rng, dtype) =>
    {
        (int fanIn, int fanOut) = Fans(shape);
        double limit = Math.Sqrt(6.0 / (fanIn + fanOut));
        return rng.Uniform(shape, -limit, limit, dtype);
    });

    /// <summary>Normal of variance 2 / (fan in + fan out). Glorot and Bengio, 2010.</summary>
    public static Initializer XavierNormal { get; } = new((shape, rng, dtype) =>
    {
        (int fanIn, int fanOut) = Fans(shape);
        return rng.Normal(shape, 0, Math.Sqrt(2.0 / (fanIn + fanOut)), dtype);
    });

    /// <summary>Uniform in ±√(6 / fan in), of variance 2 / fan in, for ReLU. He, Zhang, Ren and Sun, 2015.</summary>
    public static Initializer HeUniform { get; } = new((shape, rng, dtype) =>
    {
        double limit = Math.Sqrt(6.0 / Fans(shape).In);
        return rng.Uniform(shape, -limit, limit, dtype);
    });

    /// <summary>Normal of variance 2 / fan in, for ReLU. He, Zhang, Ren and Sun, 2015.</summary>
    public static Initializer HeNormal { get; } = new((shape, rng, dtype) =>
        rng.Normal(shape, 0, Math.Sqrt(2.0 / Fans(shape).In), dtype));

    /// <summary>
    /// One zero seen as a whole weight: a model of any size then takes no memory, so that its weights can be counted and their shapes read.
    /// It cannot be trained.
    /// </summary>
    public static Initializer Outline { get; } = new((shape, _, dtype) => Tensor.Zeros([1], dtype).Expand(shape));

    /// <summary>One number everywhere.</summary>
    public static Initializer Constant(double value) => new((shape, _, dtype) => Tensor.Full(shape, value, dtype));

    /// <summary>Normal with mean 0.</summary>
    public static Initializer Normal(double std) => new((shape, rng, dtype) => rng.Normal(shape, 0, std, dtype));

    /// <summary>Uniform in ±limit.</summary>
    public static Initializer Uniform(double limit) => new((shape, rng, dtype) => rng.Uniform(shape, -limit, limit, dtype));

    /// <summary>
    /// A random matrix with orthonormal rows or columns, whichever are fewer, times a gain: it keeps lengths. Saxe, McClelland and
    /// Ganguli, 2014.
    /// </summary>
    public static Initializer Orthogonal(double gain = 1) => new((shape, rng, dtype) =>
    {
        if (shape.Rank == 0 || shape.Size == 0)
            throw new ArgumentException($"Initializer.Orthogonal: {shape} has no rows or no columns. Pass a weight [outputs, inputs, …].");
        int rows = shape[0], columns = shape.Size / rows;
        Matrix<double> random = rng.Normal([Math.Max(rows, columns), Math.Min(rows, columns)], dtype: DType.Float64).ToMatrix();
        var qr = random.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin);
        Matrix<double> q = qr.Q.MapIndexed((_, j, value) => value * (qr.R[j, j] < 0 ? -gain : gain)); // signs make it uniform
        return Tensor.From(rows >= columns ? q : q.Transpose(), dtype).Reshape(shape);
    });

    /// <summary>Ones on the main diagonal, times a gain: each unit starts as a copy of an input.</summary>
    public static Initializer Identity(double gain = 1) => new((shape, _, dtype) => shape.Rank == 2
        ? Tensor.Eye(shape[0], shape[1], dtype) * gain
        : throw new ArgumentException($"Initializer.Identity: {shape} is no matrix."));

    /// <summary>Draws the weights.</summary>
    public Tensor Create(Shape shape, Rng rng, DType dtype = DType.Float32) => _create(shape, rng, dtype);

    /// <summary>Fan in and fan out of a weight [outputs, inputs, kernel…].</summary>
    /// <exception cref="ArgumentException">The shape has fewer than two axes.</exception>
    public static (int In, int Out) Fans(Shape shape)
    {
        if (shape.Rank < 2)
            throw new ArgumentException($"Initializer: {shape} has no fan in and fan out. Pass a weight [outputs, inputs, …].");
        int kernel = shape.Skip(2).Aggregate(1, (product, size) => product * size);
        return (shape[1] * kernel, shape[0] * kernel);
    }
}
