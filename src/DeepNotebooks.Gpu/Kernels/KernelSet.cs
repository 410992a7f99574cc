using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;
using ILGPU;
using ILGPU.Runtime;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>The kernels for one type of number, each compiled when it is first asked for.</summary>
/// <param name="accelerator">What they run on.</param>
/// <param name="lost">What to throw where a launch fails, which it does on a device that has failed before.</param>
internal sealed class KernelSet<T>(Accelerator accelerator, Func<AcceleratorException, Exception> lost)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ConcurrentDictionary<Type, Delegate> _byFunction = new(), _backwardByFunction = new();

    public Action<Index1D, ArrayView<T>, T> Fill =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, T>(Elementwise.Fill));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, Layout> Gather =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, Layout>(Elementwise.Gather));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, Layout> Scatter =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, Layout>(Elementwise.Scatter));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, Layout> ScatterAdd =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, Layout>(Elementwise.ScatterAdd));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>> Choose => field ??= Guarded(accelerator
        .LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>>(Elementwise.Choose));

    public Action<Index1D, ArrayView<T>, ulong, double, T> Mask =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ulong, double, T>(Elementwise.Mask));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, int, int> Sum =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, int, int>(Reduction.Sum));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, int, int> SumByGroup =>
        field ??= Guarded(accelerator.LoadStreamKernel<ArrayView<T>, ArrayView<T>, int, int>(Reduction.SumByGroup));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, int, int> Repeat =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, int, int>(Reduction.Repeat));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<double>, int, int, T> Extreme =>
        field ??= Guarded(accelerator.LoadStreamKernel<ArrayView<T>, ArrayView<T>, ArrayView<double>, int, int, T>(Reduction.Extreme));

    public Action<Index1D, ArrayView<T>, int, int, int> Accumulate =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, int, int, int>(Reduction.Accumulate));

    public Action<Index1D, ArrayView<T>, ArrayView<double>, ArrayView<T>, int, int, int, ArrayView<double>> Select =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<T>, ArrayView<double>, ArrayView<T>, int, int, int, ArrayView<double>>(Indexing.Select));

    public Action<Index1D, ArrayView<T>, ArrayView<double>, ArrayView<T>, int, int, int> SelectAdd => field ??= Guarded(accelerator
        .LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<double>, ArrayView<T>, int, int, int>(Indexing.SelectAdd));

    public Action<Index1D, ArrayView<T>, ArrayView<double>, ArrayView<T>, int, int, int, ArrayView<double>> Take =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<T>, ArrayView<double>, ArrayView<T>, int, int, int, ArrayView<double>>(Indexing.Take));

    public Action<Index1D, ArrayView<T>, ArrayView<double>, ArrayView<T>, int, int, int, ArrayView<double>> TakeAdd =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<T>, ArrayView<double>, ArrayView<T>, int, int, int, ArrayView<double>>(Indexing.TakeAdd));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, int, int> Softmax =>
        field ??= Guarded(accelerator.LoadStreamKernel<ArrayView<T>, ArrayView<T>, int, int>(Kernels.Softmax.Rows));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, int, int> SoftmaxBackward =>
        field ??= Guarded(accelerator.LoadStreamKernel<ArrayView<T>, ArrayView<T>, ArrayView<T>, int, int>(Kernels.Softmax.Backward));

    public Action<KernelConfig, ArrayView<T>, ArrayView<double>, ArrayView<T>, ArrayView<T>, int, ArrayView<double>> CrossEntropy =>
        field ??= Guarded(accelerator.LoadStreamKernel<
            ArrayView<T>, ArrayView<double>, ArrayView<T>, ArrayView<T>, int, ArrayView<double>>(Kernels.Softmax.CrossEntropy));

    public Action<KernelConfig, ArrayView<T>, ArrayView<double>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int> CrossEntropyBackward =>
        field ??= Guarded(accelerator.LoadStreamKernel<
            ArrayView<T>, ArrayView<double>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int>(Kernels.Softmax.CrossEntropyBackward));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int, int, int, T, T>
        BatchNorm => field ??= Guarded(accelerator.LoadStreamKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int, int, int, T, T>(Normalization.Batch));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>,
        ArrayView<T>, int, int, int, T, T> BatchNormBackward =>
        field ??= Guarded(accelerator.LoadStreamKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>,
            int, int, int, T, T>(Normalization.BatchBackward));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int, T, T,
        int> LayerNorm =>
        field ??= Guarded(accelerator.LoadStreamKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int, T, T, int>(Normalization.Layer));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int, T, int>
        LayerNormBackward => field ??= Guarded(accelerator.LoadStreamKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int, T, int>(Normalization.LayerBackward));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int,
        int> LayerNormWeights =>
        field ??= Guarded(accelerator.LoadStreamKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int, int>(Normalization.LayerWeights));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int> Lstm => field ??= Guarded(accelerator
        .LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int>(GatedCells.Lstm));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int> LstmBackward =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int>(GatedCells.LstmBackward));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int> Gru => field ??= Guarded(accelerator
        .LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int>(GatedCells.Gru));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>,
        int> GruBackward =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, int>(
                GatedCells.GruBackward));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, Plan, int> Convolve => field ??= Guarded(accelerator
        .LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, Plan, int>(Convolution.Forward));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, Plan> ConvolveBackwardImages => field ??= Guarded(accelerator
        .LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, Plan>(Convolution.BackwardImages));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, Plan> ConvolveBackwardWeights =>
        field ??= Guarded(accelerator.LoadStreamKernel<ArrayView<T>, ArrayView<T>, ArrayView<T>, Plan>(Convolution.BackwardWeights));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, Plan, int> ConvolveTile =>
        field ??= Guarded(accelerator.LoadStreamKernel<ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, Plan, int>(
            Side == 16 ? Convolution.ForwardTile<T, Sixteen> : Convolution.ForwardTile<T, Two>));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, Plan> ConvolveBackwardImagesTile =>
        field ??= Guarded(accelerator.LoadStreamKernel<ArrayView<T>, ArrayView<T>, ArrayView<T>, Plan>(
            Side == 16 ? Convolution.BackwardImagesTile<T, Sixteen> : Convolution.BackwardImagesTile<T, Two>));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, Plan> ConvolveBackwardWeightsTile =>
        field ??= Guarded(accelerator.LoadStreamKernel<ArrayView<T>, ArrayView<T>, ArrayView<T>, Plan>(
            Side == 16 ? Convolution.BackwardWeightsTile<T, Sixteen> : Convolution.BackwardWeightsTile<T, Two>));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, Axis, Axis> MaxPool =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, Axis, Axis>(Pooling.Max));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, Axis, Axis> MaxPoolBackward => field ??= Guarded(accelerator
        .LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, Axis, Axis>(Pooling.MaxBackward));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, Axis, Axis> SumPool =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, Axis, Axis>(Pooling.Sum));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, Axis, Axis> SumPoolBackward =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, Axis, Axis>(Pooling.SumBackward));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, Product> NaiveProduct => field ??= Guarded(accelerator
        .LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, Product>(MatrixProduct.Naive));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, Product, Layout> SharedTileProduct =>
        field ??= Guarded(accelerator.LoadStreamKernel<ArrayView<T>, ArrayView<T>, ArrayView<T>, Product, Layout>(
            Side == 16 ? MatrixProduct.SharedTile<T, Sixteen> : MatrixProduct.SharedTile<T, Two>));

    public Action<KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, Product, Layout> RegisterTileProduct =>
        field ??= Guarded(accelerator.LoadStreamKernel<ArrayView<T>, ArrayView<T>, ArrayView<T>, Product, Layout>(
            Side == 16 ? MatrixProduct.RegisterTile<T, Sixteen> : MatrixProduct.RegisterTile<T, Two>));

    /// <summary>Threads along each side of a group that computes a tile.</summary>
    public int Side { get; } = accelerator.MaxNumThreadsPerGroup >= 256 ? 16 : 2;

    public Action<Index1D, ArrayView<T>, ArrayView<T>, T> Sgd =>
        field ??= Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, T>(OptimizerSteps.Sgd));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, T, T, T, int> Momentum => field ??= Guarded(accelerator
        .LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, T, T, T, int>(OptimizerSteps.Momentum));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, T, T, T, T, T, T, T, int> Adam => field ??=
        Guarded(accelerator.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, T, T, T, T, T, T, T, int>(OptimizerSteps.Adam));

    /// <summary>The kernel y = f(x, p, q) for one of the library's functions, by its name.</summary>
    public Action<Index1D, ArrayView<T>, ArrayView<T>, T, T> Map(Type function) =>
        (Action<Index1D, ArrayView<T>, ArrayView<T>, T, T>)_byFunction.GetOrAdd(function, type => Load(nameof(LoadMap), type));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, T, T> MapBackward(Type function) =>
        (Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, T, T>)_backwardByFunction.GetOrAdd(
            function, type => Load(nameof(LoadMapBackward), type));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, Layout> Broadcast(Type function) =>
        (Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, Layout>)_byFunction.GetOrAdd(
            function, type => Load(nameof(LoadBroadcast), type));

    public Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>> Pairs(Type function) =>
        (Action<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>>)_backwardByFunction.GetOrAdd(
            function, type => Load(nameof(LoadPairs), type));

    private Delegate LoadMap<TFunction>() where TFunction : struct, IUnary =>
        Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, T, T>(Elementwise.Map<T, TFunction>));

    private Delegate LoadMapBackward<TFunction>() where TFunction : struct, IUnary =>
        Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, T, T>(
            Elementwise.MapBackward<T, TFunction>));

    private Delegate LoadBroadcast<TFunction>() where TFunction : struct, IBinary =>
        Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>, Layout>(
            Elementwise.Broadcast<T, TFunction>));

    private Delegate LoadPairs<TFunction>() where TFunction : struct, IBinary =>
        Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, ArrayView<T>>(
            Elementwise.Pairs<T, TFunction>));

    /// <summary>The launch, with failures told in our words; as an expression, since launches take up to fourteen arguments.</summary>
    public TLaunch Guarded<TLaunch>(TLaunch launch) where TLaunch : Delegate
    {
        ParameterExpression[] arguments =
            [.. typeof(TLaunch).GetMethod("Invoke")!.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType))];
        ParameterExpression failure = Expression.Parameter(typeof(AcceleratorException));
        return Expression.Lambda<TLaunch>(Expression.TryCatch(
            Expression.Invoke(Expression.Constant(launch), arguments),
            Expression.Catch(failure, Expression.Throw(Expression.Invoke(Expression.Constant(lost), failure)))), arguments).Compile();
    }

    /// <summary>Our form of a library's function has its name; that of Pairwise is its argument's.</summary>
    private Delegate Load(string loader, Type function)
    {
        string name = function.IsGenericType ? function.GetGenericArguments()[0].Name : function.Name;
        Type own = typeof(IUnary).Assembly.GetType($"{typeof(IUnary).Namespace}.{name}")
            ?? throw new NotSupportedException(
                $"{name}: there is no kernel of it for {accelerator.Name}. Move the tensor by To(Device.Cpu) first.");
        MethodInfo load = GetType().GetMethod(loader, BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(own);
        return (Delegate)load.Invoke(this, null)!;
    }
}
