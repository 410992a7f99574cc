using DeepNotebooks.Data;

namespace DeepNotebooks.Tests.Data;

public class ProjectionTests
{
    [Fact]
    public void PcaFindsTheDirectionsAndInverts()
    {
        var rng = new Rng(1);
        Tensor latent = rng.Normal([300, 2], dtype: DType.Float64) * Tensor.From([3.0, 1.0], DType.Float64);
        Tensor directions = Tensor.From(new double[,] { { 0.6, 0.8, 0 }, { 0, 0, -1 } }, DType.Float64);
        Tensor data = latent.MatMul(directions) + 5;
        PCA pca = PCA.Fit(data);
        Assert.True((pca.Components - (directions * Tensor.From(new double[,] { { 1 }, { -1 } }, DType.Float64))).Abs().Max().Item() < 0.05);
        Assert.True((pca.Invert(pca.Forward(data)) - data).Abs().Max().Item() < 1e-9);
        Tensor y = pca.Forward(data);
        Assert.Equal(1, pca.Shares.Sum(), 1e-9);
        Assert.Equal(y.Variance(0)[0] / y.Variance(0).Sum().Item(), pca.Shares[0], 1e-9);
        Assert.True(Math.Abs((y[.., 0] * y[.., 1]).Mean().Item()) < 1e-9);
    }

    [Fact]
    public void PcaRefusesWhatHasNoComponents()
    {
        Assert.Throws<ArgumentException>(() => PCA.Fit(Tensor.Zeros([5, 3])));
        Assert.Throws<ArgumentException>(() => PCA.Fit(new Rng(1).Normal([5, 3]), 4));
    }

    [Fact]
    public void TsneDescendsTheGradientOfItsLoss()
    {
        Tensor p = TSNE.Affinities(new Rng(1).Normal([12, 5]), 4), y = new Rng(2).Normal([12, 2], dtype: DType.Float64).WithGrad();
        Tensor apart = (y.Unsqueeze(1) - y).Square().Sum(-1), near = (1 / (1 + apart)) - Tensor.Eye(12, dtype: DType.Float64);
        Tensor off = 1 - Tensor.Eye(12, dtype: DType.Float64);
        (p * ((p + (1 - off)) / ((near / near.Sum()) + (1 - off))).Log()).Sum().Backward();
        Assert.True((TSNE.Gradient(p, y.Detach()) - y.Grad!).Abs().Max().Item() < 1e-12);
    }

    [Fact]
    public void TsneCountsAsManyNeighboursAsAsked()
    {
        Tensor p = TSNE.Affinities(new Rng(1).Normal([60, 5]) * 100, 10);
        Assert.Equal(1, p.Sum().Item(), 1e-9);
        Tensor alike = TSNE.Affinities(Tensor.Eye(60), 59.0 - 1e-9); // all equally far
        Assert.Equal(1.0 / (60 * 59), alike[3, 4], 1e-6);
        Assert.Equal(0, p[7, 7]);
        Assert.Throws<ArgumentException>(() => TSNE.Embed(Tensor.Eye(10), new Rng(1), perplexity: 10));
    }

    [Fact]
    public void TsneKeepsGroupsApart()
    {
        var rng = new Rng(4);
        Tensor centers = rng.Normal([4, 10]) * 3, data = rng.Normal([80, 10]) + centers.Rows([.. Enumerable.Range(0, 80).Select(i => i % 4)]);
        Tensor y = TSNE.Embed(data, new Rng(1), perplexity: 10, steps: 300);
        Tensor apart = (y.Unsqueeze(1) - y).Square().Sum(-1) + (Tensor.Eye(80) * 1e9);
        Assert.True(apart.ArgMin().Select((near, i) => (near - i) % 4 == 0).Count(same => same) >= 78);
        Assert.Equal(y.ToArray(), TSNE.Embed(data, new Rng(1), perplexity: 10, steps: 300).ToArray());
    }
}
