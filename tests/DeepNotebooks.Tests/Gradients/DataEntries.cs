using DeepNotebooks.Data;

namespace DeepNotebooks.Tests.Gradients;

internal static partial class GradientTable
{
    private static IEnumerable<GradientEntry> DataLayers() =>
    [
        OfLayer("Scaler", dtype => Scaler.Standard(Normal([7, 3]).To(dtype)), Spread([5, 3])),
        OfLayer("Scaler of images", dtype => Scaler.MinMax(Normal([5, 2, 3, 3]).To(dtype)), Spread([2, 2, 3, 3])),
        OfLayer("Imputer", dtype => Imputer.Median(Normal([7, 3]).To(dtype)), Spread([5, 3])),
        OfLayer("Imputer with indicator", dtype => Imputer.Mean(Normal([7, 3]).To(dtype), indicator: true), Spread([5, 3])),
        OfLayer("PCA", dtype => PCA.Fit(Normal([7, 3]).To(dtype)), Spread([5, 3])),
    ];
}
