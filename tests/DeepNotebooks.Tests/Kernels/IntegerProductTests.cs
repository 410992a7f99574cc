using DeepNotebooks.Kernels;

namespace DeepNotebooks.Tests.Kernels;

public class IntegerProductTests
{
    [Fact]
    public void EveryWayAgreesWithTheObviousOneAtAllSmallSizes()
    {
        foreach (int rows in (int[])[1, 2, 5, 6, 7, 12, 13, 97, 103])
        {
            foreach (int inner in (int[])[1, 3, 4, 5, 31, 64, 301])
            {
                foreach (int outputs in (int[])[1, 7, 8, 15, 16, 17, 33])
                {
                    Compare<PortableDot>(rows, inner, outputs);
                    Compare<Avx2Dot>(rows, inner, outputs);
                    Compare<VnniDot>(rows, inner, outputs);
                }
            }
        }
    }

    [Fact]
    public void TheLargestNumbersDoNotOverflow()
    {
        foreach (sbyte weight in (sbyte[])[127, -127])
        {
            Compare<PortableDot>(7, 1024, 17, 127, weight);
            Compare<Avx2Dot>(7, 1024, 17, 127, weight);
            Compare<VnniDot>(7, 1024, 17, 127, weight);
        }
    }

    [Fact]
    public void QuantizesAsTheObviousWay()
    {
        var rng = new Rng(5);
        foreach (int length in Enumerable.Range(0, 100))
        {
            float[] x = [.. rng.Normal([length + 1], std: 60).ToArray<float>().Skip(1)];
            byte[] q = new byte[length];
            IntegerProduct.Quantize(x, 0.5f, 40, q);
            Assert.Equal(x.Select(v => (byte)Math.Clamp(MathF.Round(v / 0.5f) + 40, 0, 127)), q);
        }
    }

    private static void Compare<TDot>(int rows, int inner, int outputs, byte? activation = null, sbyte? weight = null) where TDot : IByteDot
    {
        if (!TDot.IsSupported)
            return;
        var rng = new Rng(rows + (100 * inner) + outputs);
        int padded = IntegerProduct.Padded(inner), panels = (outputs + 15) / 16 * 16;
        byte[] a = new byte[rows * padded];
        for (int i = 0; i < rows; i++)
        {
            for (int p = 0; p < inner; p++)
                a[(i * padded) + p] = activation ?? (byte)rng.Next(128);
        }
        sbyte[] w = [.. Enumerable.Range(0, outputs * inner).Select(_ => weight ?? (sbyte)(rng.Next(255) - 127))];
        float[] scale = [.. Enumerable.Range(0, panels).Select(j => 0.5f + j)], bias = [.. Enumerable.Range(0, panels).Select(j => 3f * j)];
        int[] correction = [.. Enumerable.Range(0, panels).Select(j => 7 * j)];
        float[] y = new float[rows * outputs], expected = new float[rows * outputs];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < outputs; j++)
            {
                int sum = 0;
                for (int p = 0; p < inner; p++)
                    sum += a[(i * padded) + p] * w[(j * inner) + p];
                float scaled = (sum - correction[j]) * scale[j];
                expected[(i * outputs) + j] = scaled + bias[j];
            }
        }
        IntegerProduct.Multiply<TDot>(a, IntegerProduct.Pack(w, outputs, inner), scale, correction, bias, y, rows, padded, outputs);
        Assert.Equal(expected, y);
    }
}
