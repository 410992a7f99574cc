using DeepNotebooks.Kernels;

namespace DeepNotebooks.Tests.Kernels;

[Collection(nameof(ThreadLimit))]
public class ThreadsTests
{
    [Fact]
    public void CallsEachOnceAlsoFromSeveralThreadsAtOnce()
    {
        int before = Threads.Limit;
        Threads.Limit = 3;
        try
        {
            System.Threading.Tasks.Parallel.For(0, 50, round =>
            {
                var calls = new int[1 + (round * 7)];
                Threads.For(calls.Length, long.MaxValue, i => Interlocked.Increment(ref calls[i]));
                Assert.All(calls, count => Assert.Equal(1, count));
            });
        }
        finally
        {
            Threads.Limit = before;
        }
    }

    [Fact]
    public void ThrowsWhatABodyThrowsAndWorksOn()
    {
        int before = Threads.Limit;
        Threads.Limit = 2;
        try
        {
            Assert.Throws<ArithmeticException>(() => Threads.For(8, long.MaxValue, i => throw new ArithmeticException()));
            int sum = 0;
            Threads.For(8, long.MaxValue, i => Interlocked.Add(ref sum, i));
            Assert.Equal(28, sum);
        }
        finally
        {
            Threads.Limit = before;
        }
    }

    [Fact]
    public void AKernelInsideAKernelWorksAlone()
    {
        int calls = 0;
        Threads.For(4, long.MaxValue, _ => Threads.For(5, long.MaxValue, _ => Interlocked.Increment(ref calls)));
        Assert.Equal(20, calls);
    }
}
