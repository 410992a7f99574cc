using DeepNotebooks.Distributed;

namespace DeepNotebooks.Tests.Distributed;

public class RingTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 1)]
    [InlineData(2, 7)]
    [InlineData(3, 7)]
    [InlineData(5, 3)]
    [InlineData(8, 1000)]
    public void EveryWorkerGetsTheSumToTheBit(int workers, int size)
    {
        Tensor Own(int rank) => new Rng(rank).Normal([size]);
        Tensor[] sums = Ring.Run(workers, ring =>
        {
            Tensor mine = Own(ring.Rank), doubles = Tensor.Full([2, 1], ring.Rank, DType.Float64);
            ring.Sum(mine, doubles);
            Assert.Equal(workers * (workers - 1) / 2, doubles[1, 0]);
            return mine;
        });
        double[] expected = [.. Enumerable.Range(0, size).Select(i => Enumerable.Range(0, workers).Sum(rank => Own(rank)[i]))];
        Oracle.AssertClose(expected, sums[0].ToArray(), 1e-5);
        Assert.All(sums, sum => Assert.Equal(sums[0].ToArray(), sum.ToArray()));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(10)]
    public void EachWorkerSendsTwiceItsNumbersButForOnePiece(int workers)
    {
        long[] sent = Ring.Run(workers, ring =>
        {
            ring.Sum(Tensor.Ones([1000]));
            return ring.BytesSent;
        });
        Assert.All(sent, bytes => Assert.Equal(2 * 4000 * (workers - 1) / workers, bytes));
    }

    [Fact]
    public void AWorkerThatFailsEndsTheOthersThatWaitForIt()
    {
        var error = Assert.Throws<InvalidDataException>(() => Ring.Run<int>(3, ring =>
        {
            if (ring.Rank == 1)
                throw new InvalidDataException("bad record");
            ring.Sum(Tensor.Ones([4]));
            return 0;
        }));
        Assert.Equal("bad record", error.Message);
    }

    [Fact]
    public void WithoutOpenMpiTheErrorSaysWhatToInstall() => Assert.Contains("apt-get install openmpi-bin libopenmpi3",
        Assert.Throws<DllNotFoundException>(() => Mpi.Run(_ => { }, "no-such-library")).Message);
}
