using DeepNotebooks.Kernels;

namespace DeepNotebooks.Tests.Kernels;

public class CopyingTests
{
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void GatherAndScatterAnyViewAsOneElementAtATimeWould(DType dtype)
    {
        var rng = new Rng(1);
        for (int trial = 0; trial < 400; trial++)
        {
            Shape shape = [.. Enumerable.Range(0, rng.Next(5)).Select(_ => rng.Next(5))];
            Tensor storage = Tensor.From([.. Enumerable.Range(0, shape.Size).Select(i => (double)i)], shape, dtype), view = storage;
            for (int step = 0; view.Rank > 0 && step < 4; step++)
            {
                int axis = rng.Next(view.Rank);
                if (rng.Next(2) == 0)
                {
                    view = view.Transpose(axis, rng.Next(view.Rank));
                }
                else
                {
                    int start = rng.Next(view.Shape[axis] + 1);
                    view = view.Slice(axis, start, rng.Next(view.Shape[axis] - start + 1));
                }
            }
            double[] seen = [.. Oracle.Indices(view.Shape).Select(at => view[at])];
            Assert.Equal(seen, view.ToArray());
            Assert.Equal(seen, view.Clone().ToArray());
            Assert.Equal(seen, view.Reshape(view.Size).ToArray());

            // What was read row by row from the storage is written back in the same way, over nothing else.
            var target = new double[storage.Size];
            Array.Fill(target, -1);
            Copying.Scatter<double>(seen, view.Shape, view.StridesArray, target.AsSpan(view.Size == 0 ? 0 : (int)view[new int[view.Rank]]), add: false);
            Assert.Equal(Enumerable.Range(0, storage.Size).Select(i => seen.Contains(i) ? i : -1.0), target);
            Copying.Scatter<double>(seen, view.Shape, view.StridesArray, target.AsSpan(view.Size == 0 ? 0 : (int)view[new int[view.Rank]]), add: true);
            Assert.Equal(Enumerable.Range(0, storage.Size).Select(i => seen.Contains(i) ? 2 * i : -1.0), target);
        }
    }

    [Fact]
    public void AnEmptyWindowMayStandAtTheEnd()
    {
        Tensor x = Tensor.Zeros([2, 3]).Slice(0, 2, 0).Slice(1, 3, 0);
        Assert.Equal([0, 0], x.Shape);
        Assert.Empty(x.ToArray());
        Assert.Equal(0, (x + 1).Sum().Item());
    }
}
