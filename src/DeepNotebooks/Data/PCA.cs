using DeepNotebooks.Layers;
using MathNet.Numerics.LinearAlgebra;

namespace DeepNotebooks.Data;

/// <summary>
/// Principal components: y = (x − mean) Cᵀ, the coordinates of x [batch, features] along the orthogonal directions in which the data vary
/// most, C [components, features]. Of all linear maps to so few numbers it loses the least squared error. Pearson, 1901; Hotelling, 1933.
/// Like <see cref="Scaler"/> it is a layer whose numbers are not trained.
/// </summary>
public sealed class PCA : Layer
{
    private PCA(Tensor mean, Tensor components, IReadOnlyList<double> shares) =>
        (Mean, Components, Shares) = (Buffer("mean", mean), Buffer("components", components), shares);

    /// <summary>The mean of the data [features].</summary>
    public Tensor Mean { get; }

    /// <summary>The directions [components, features], of length 1, largest variance first, the largest number positive.</summary>
    public Tensor Components { get; }

    /// <summary>The share of the data's variance along each direction.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>Finds the principal components of data [count, features] by the singular values of the centred data.</summary>
    /// <exception cref="ArgumentException">The data are no matrix, have too few examples or features, or do not vary.</exception>
    public static PCA Fit(Tensor data, int components = 2)
    {
        if (data.Rank != 2 || components < 1 || components > Math.Min(data.Shape[0], data.Shape[1]))
            throw new ArgumentException($"PCA.Fit: {data.Shape} has no {components} components. Pass [count, features], both as many.");
        Tensor mean = data.Detach().Mean(0);
        var svd = (data.Detach() - mean).ToMatrix().Svd();
        double total = svd.S.PointwisePower(2).Sum();
        if (!(total > 0))
            throw new ArgumentException("PCA.Fit: the data do not vary, or are not finite.", nameof(data));
        Matrix<double> directions = svd.VT.SubMatrix(0, components, 0, data.Shape[1]);
        foreach ((int row, Vector<double> direction) in directions.EnumerateRowsIndexed())
            directions.SetRow(row, direction * Math.Sign(direction[direction.AbsoluteMaximumIndex()]));
        return new PCA(mean, Tensor.From(directions, data.DType), [.. svd.S.Take(components).Select(s => s * s / total)]);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, features].</exception>
    public override Tensor Forward(Tensor x) => (x - Mean).Linear(Components);

    /// <summary>The point [batch, features] nearest to the data that has these coordinates [batch, components].</summary>
    public Tensor Invert(Tensor coordinates) => coordinates.MatMul(Components) + Mean;
}
