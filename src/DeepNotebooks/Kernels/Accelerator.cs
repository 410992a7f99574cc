namespace DeepNotebooks.Kernels;

/// <summary>Numbers in the memory of a device; goes back to the device's pool when nothing refers to it any more.</summary>
internal abstract class DeviceMemory(Accelerator owner, int length, DType dtype)
{
    public Accelerator Owner { get; } = owner;

    public int Length { get; } = length;

    public DType DType { get; } = dtype;
}

/// <summary>
/// What a device other than the CPU must be able to do: the seam between operations and hardware. Each kernel computes what the CPU's
/// of that name beside this file does. Tensors are on this device and without gaps unless it says otherwise; results exist already.
/// Calls may return before the work is done, in order; only <see cref="Read"/> and <see cref="Synchronize"/> wait.
/// </summary>
internal abstract class Accelerator
{
    /// <summary>How the device is described to the user.</summary>
    public required Device Device { get; init; }

    /// <summary>Room for numbers, with any in it.</summary>
    /// <exception cref="InsufficientMemoryException">The device has no room; says what was asked for and what was free.</exception>
    public abstract DeviceMemory Allocate(int length, DType dtype);

    /// <summary>Copies an array to the device.</summary>
    public abstract void Write(Array numbers, Tensor y);

    /// <summary>Copies numbers of a tensor, from a place of its storage on, to an array, when all work before is done.</summary>
    /// <exception cref="InvalidOperationException">A kernel met a label or index out of range.</exception>
    public abstract void Read(Tensor x, int from, Array numbers);

    /// <summary>Whether matrix products are left to cuBLAS; false to begin with.</summary>
    /// <exception cref="PlatformNotSupportedException">The device has none.</exception>
    public abstract bool UseCuBlas { get; set; }

    /// <summary>Waits until all work is done.</summary>
    public abstract void Synchronize();

    public abstract void Fill(Tensor y, double value);

    /// <summary>y = x as another number type.</summary>
    public abstract void Convert(Tensor x, Tensor y);

    /// <summary>y = x for a strided x; <see cref="Copying.Gather"/>.</summary>
    public abstract void Gather(Tensor x, Tensor y);

    /// <summary>y = x or y += x for a strided y; <see cref="Copying.Scatter"/>.</summary>
    public abstract void Scatter(Tensor x, Tensor y, bool add);

    /// <summary>y = f(x), a function by its type and numbers.</summary>
    public abstract void Map<TFunction>(TFunction f, Tensor x, Tensor y) where TFunction : struct, IFunction;

    /// <summary>dx = dy · f′(x); what f does not keep is null.</summary>
    public abstract void MapBackward<TFunction>(TFunction f, Tensor? x, Tensor? y, Tensor dy, Tensor dx) where TFunction : struct, IFunction;

    /// <summary>y = f(a, b) for strided operands that broadcast to y.</summary>
    public abstract void Broadcast<TFunction>(Tensor a, int[] aStrides, Tensor b, int[] bStrides, Tensor y) where TFunction : struct, IFunction2;

    /// <summary>y = a where the condition is not 0, else b.</summary>
    public abstract void Choose(Tensor condition, Tensor a, Tensor b, Tensor y);

    /// <summary>y[o, i] = Σₖ x[o, k, i].</summary>
    public abstract void Sum(Tensor x, int count, int inner, Tensor y);

    /// <summary>y[o, k, i] = x[o, i].</summary>
    public abstract void Repeat(Tensor x, int count, int inner, Tensor y);

    /// <summary>The largest or smallest of x[o, ·, i] and its place, as Float64.</summary>
    public abstract void Extreme(Tensor x, int count, int inner, bool largest, Tensor y, Tensor where);

    /// <summary>x[o, k, i] = Σ x[o, j, i] over j ≤ k, or j ≥ k backwards; in place.</summary>
    public abstract void Accumulate(Tensor x, int count, int inner, bool backwards);

    /// <summary>y = a b or y += a b for matrices or batches of them that broadcast; a and b are strided. y is [.., rows, columns].</summary>
    public abstract void Multiply(Tensor a, int[] aStrides, Tensor b, int[] bStrides, Tensor y, int inner, bool add);

    public abstract void Convolve(ConvolutionSizes sizes, Tensor x, Tensor weight, Tensor? bias, Tensor y);

    public abstract void ConvolveBackwardImages(ConvolutionSizes sizes, Tensor dy, Tensor weight, Tensor dx);

    public abstract void ConvolveBackwardWeights(ConvolutionSizes sizes, Tensor x, Tensor dy, Tensor dWeight);

    public abstract void MaxPool(Window rows, Window columns, Tensor x, Tensor y);

    public abstract void MaxPoolBackward(Window rows, Window columns, Tensor x, Tensor y, Tensor dy, Tensor dx);

    public abstract void SumPool(Window rows, Window columns, Tensor x, Tensor y);

    public abstract void SumPoolBackward(Window rows, Window columns, Tensor dy, Tensor dx);

    /// <summary>Softmax of rows, or its logarithm.</summary>
    public abstract void Softmax(bool logarithm, Tensor x, Tensor y);

    public abstract void SoftmaxBackward(bool logarithm, Tensor y, Tensor dy, Tensor dx);

    /// <summary>y = ln Σ e^xⱼ − xₗ for each row and its label; a label that is no class gives NaN and an error at the next read.</summary>
    public abstract void CrossEntropy(Tensor x, Tensor labels, Tensor y, Tensor logSum);

    public abstract void CrossEntropyBackward(Tensor x, Tensor labels, Tensor logSum, Tensor dy, Tensor dx);

    public abstract void BatchNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor variance);

    public abstract void BatchNormBackward(
        Tensor x, Tensor gamma, Tensor mean, Tensor variance, double epsilon, Tensor dy, Tensor dx, Tensor dGamma, Tensor dBeta);

    public abstract void LayerNorm(Tensor x, Tensor? gamma, Tensor? beta, double epsilon, Tensor y, Tensor means, Tensor roots);

    /// <summary>dγ and dβ are summed over the rows; not written where γ is null.</summary>
    public abstract void LayerNormBackward(Tensor x, Tensor? gamma, Tensor means, Tensor roots, Tensor dy, Tensor dx, Tensor dGamma, Tensor dBeta);

    public abstract void Lstm(Tensor input, Tensor recurrent, Tensor cell, Tensor gates, Tensor y);

    public abstract void LstmBackward(Tensor gates, Tensor cell, Tensor y, Tensor dy, Tensor dGates, Tensor dCell);

    public abstract void Gru(Tensor input, Tensor recurrent, Tensor hidden, Tensor gates, Tensor y);

    public abstract void GruBackward(
        Tensor gates, Tensor recurrent, Tensor hidden, Tensor dy, Tensor dInput, Tensor dRecurrent, Tensor dHidden);

    /// <summary>y[o, k, i] = x[o, index[k], i]; an index that is no entry gives NaN and an error at the next read.</summary>
    public abstract void Select(Tensor x, int count, int inner, Tensor index, Tensor y);

    /// <summary>y[o, index[k], i] += x[o, k, i], terms in the order of k.</summary>
    public abstract void SelectAdd(Tensor x, int count, int inner, Tensor index, Tensor y);

    /// <summary>y[o, k, i] = x[o, index[o, k, i], i].</summary>
    public abstract void Take(Tensor x, int from, Tensor index, int to, int inner, Tensor y);

    /// <summary>y[o, index[o, k, i], i] += x[o, k, i], terms in the order of k.</summary>
    public abstract void TakeAdd(Tensor x, int to, Tensor index, int from, int inner, Tensor y);

    /// <summary>
    /// A mask for dropout: each element is `value` with probability `keep`, else 0, by a hash of the seed and its place.
    /// </summary>
    public abstract void Mask(ulong seed, double keep, double value, Tensor y);

    /// <summary>v ← μ v + share · g; w ← w − rate · v, or Nesterov's step; v is null without momentum.</summary>
    public abstract void Sgd(Tensor w, Tensor gradient, Tensor? velocity, double rate, double momentum, double share, bool nesterov);

    /// <summary>Adam's step with its corrected rate η / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ); <paramref name="largest"/> for AMSGrad.</summary>
    public abstract void Adam(Tensor w, Tensor gradient, Tensor mean, Tensor square, Tensor? largest,
        double rate, double beta1, double beta2, double epsilon, double correction);
}
