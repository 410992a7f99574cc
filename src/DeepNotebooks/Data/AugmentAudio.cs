using System.Numerics;
using MathNet.Numerics.IntegralTransforms;

namespace DeepNotebooks.Data;

public static partial class Augment
{
    private const int Frame = 512, Hop = Frame / 4;

    /// <summary>
    /// Makes sounds [samples] or […, samples] longer by a factor (shorter below 1) and keeps their pitch, by a phase vocoder: overlapping
    /// spectra are read faster or slower, and the phase of each frequency is carried on (Flanagan and Golden, 1966).
    /// </summary>
    public static Tensor TimeStretch(Tensor sounds, double factor) =>
        EachSound(sounds, factor, "TimeStretch", sound => Stretch(sound, factor, (int)Math.Round(sound.Length * factor)));

    /// <summary>
    /// Raises the pitch of sounds by semitones (lowers it below 0) and keeps their length: stretched, then played faster.
    /// </summary>
    public static Tensor PitchShift(Tensor sounds, double semitones)
    {
        double factor = Math.Pow(2, semitones / 12);
        return EachSound(sounds, factor, "PitchShift", sound =>
        {
            double[] longer = Stretch(sound, factor, (int)Math.Ceiling(sound.Length * factor) + 2);
            return [.. sound.Select((_, i) =>
            {
                (int before, double rest) = ((int)(i * factor), (i * factor) - (int)(i * factor));
                return ((1 - rest) * longer[before]) + (rest * longer[before + 1]);
            })];
        });
    }

    private static Tensor EachSound(Tensor sounds, double factor, string operation, Func<double[], double[]> change)
    {
        if (sounds.Rank == 0 || sounds.Size == 0 || !(factor is >= 0.1 and <= 10))
            throw new ArgumentException(
                $"Augment.{operation}: sounds {sounds.Shape} by a factor of {factor:G4}. Give […, samples] and a factor from 0.1 to 10.");
        double[][] changed = [.. sounds.ToArray().Chunk(sounds.Shape[-1]).Select(change)];
        return Tensor.From([.. changed.SelectMany(sound => sound)], [.. sounds.Shape.ToArray()[..^1], changed[0].Length], sounds.DType);
    }

    private static double[] Stretch(double[] sound, double factor, int length)
    {
        double[] window = [.. Enumerable.Range(0, Frame).Select(i => 0.5 - (0.5 * Math.Cos(Math.Tau * i / Frame)))];
        Complex[] Spectrum(int frame)
        {
            var spectrum = new Complex[Frame];
            for (int i = 0; i < Frame; i++)
            {
                int at = (frame * Hop) + i - (Frame / 2); // half a frame of silence on either side
                spectrum[i] = (uint)at < (uint)sound.Length ? sound[at] * window[i] : 0;
            }
            Fourier.Forward(spectrum, FourierOptions.Matlab);
            return spectrum;
        }
        Complex[][] spectra = [.. Enumerable.Range(0, (sound.Length / Hop) + 6).Select(Spectrum)];
        double[] phase = [.. spectra[0].Select(z => z.Phase)];
        double[] result = new double[length + (2 * Frame)], weight = new double[result.Length];
        for (int frame = 0; (frame * Hop) + Frame <= result.Length; frame++)
        {
            double at = Math.Min(frame / factor, spectra.Length - 2.001);
            (Complex[] before, Complex[] after, double rest) = (spectra[(int)at], spectra[(int)at + 1], at - (int)at);
            var mixed = new Complex[Frame];
            for (int k = 0; k < Frame; k++)
            {
                mixed[k] = Complex.FromPolarCoordinates(((1 - rest) * before[k].Magnitude) + (rest * after[k].Magnitude), phase[k]);
                double expected = Math.Tau * Hop * (k <= Frame / 2 ? k : k - Frame) / Frame;
                phase[k] += expected + Math.IEEERemainder(after[k].Phase - before[k].Phase - expected, Math.Tau);
            }
            Fourier.Inverse(mixed, FourierOptions.Matlab);
            for (int i = 0; i < Frame; i++)
            {
                result[(frame * Hop) + i] += mixed[i].Real * window[i];
                weight[(frame * Hop) + i] += window[i] * window[i];
            }
        }
        return [.. Enumerable.Range(Frame / 2, length).Select(i => result[i] / Math.Max(weight[i], 1e-3))];
    }
}
