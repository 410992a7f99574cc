using System.Buffers.Binary;
using System.Text;
using DeepNotebooks.Charts;
using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Monitoring;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Monitoring;

/// <summary>Event files, parsed back by a reader that was written from the format's description and shares nothing with the writer.</summary>
public sealed class EventFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("events").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheReadersCheckSumIsThatOfTheStandard() => Assert.Equal(0xE3069283, Crc(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void NumbersHistogramsAndPicturesAreReadBack()
    {
        Picture picture = Picture.Of(Tensor.From([0, 0.5, 1, 1, 0, 0.25], [2, 3]));
        Histogram histogram = Histogram.Of(Tensor.From([0, 1, 1, 2, 4, double.NaN]), 4);
        string path;
        using (var file = new EventFile(_folder))
        {
            path = file.Path;
            file.Write("loss", 0, 0.75);
            file.Write("Verlust/größer", 300_000_000_000, -1e30);
            file.Write("weights", 7, histogram);
            file.Write("nothing", 8, Histogram.Of(Tensor.Full([3], double.NaN), 2));
            file.Write("input", 9, picture);
        }
        Assert.Contains("tfevents", Path.GetFileName(path));
        List<Fields> events = Read(path);
        Assert.Equal(6, events.Count);
        Assert.All(events, e => Assert.InRange(e.Double(1), 1.7e9, 1e11));
        Assert.Equal("brain.Event:2", events[0].Text(3));
        Assert.Equal((0UL, "loss", 0.75f), (events[1].Whole(2), Value(events[1]).Text(1), Value(events[1]).Float(2)));
        Assert.Equal((300_000_000_000UL, "Verlust/größer", -1e30f), (events[2].Whole(2), Value(events[2]).Text(1), Value(events[2]).Float(2)));

        Fields of = Value(events[3]).Inner(5);
        Assert.Equal([0, 4, 5], Enumerable.Range(1, 3).Select(of.Double));
        Assert.Equal(8, of.Double(4), 1e-12);
        Assert.Equal(22, of.Double(5), 1e-12);
        Assert.Equal([1, 2, 3, 4], of.Doubles(6));
        Assert.Equal([1, 2, 1, 1], of.Doubles(7));
        Assert.Equal([0, 0, 0, 0, 0], Enumerable.Range(1, 5).Select(Value(events[4]).Inner(5).Double));

        Fields image = Value(events[5]).Inner(4);
        Assert.Equal((2UL, 3UL, 1UL), (image.Whole(1), image.Whole(2), image.Whole(3)));
        Assert.Equal(picture.ToPng(), image.Bytes(4));
    }

    [Fact]
    public void WhatIsWrittenCanBeReadWhileTheFileIsOpen()
    {
        using var file = new EventFile(_folder);
        file.Write("loss", 1, 2);
        Assert.Equal(2, Read(file.Path).Count);
        using var second = new EventFile(_folder);
        Assert.NotEqual(file.Path, second.Path);
    }

    [Fact]
    public void ARunIsWrittenEpochByEpoch()
    {
        Dataset data = Generate.Moons(40, new Rng(1));
        var model = new Sequential(new Linear(2, 4, new Rng(1)), new DeepNotebooks.Layers.Tanh(), new Linear(4, 2, new Rng(2)));
        var trainer = new Trainer(model, Loss.CrossEntropy, new SGD(model.Parameters, 0.5), new TensorBoard(_folder, data.Inputs));
        TrainingRun run = trainer.Fit(new DataLoader(data, 20), 3, data);
        Fields[] values = [.. Read(Assert.Single(Directory.GetFiles(_folder))).Skip(1)];
        double[] Of(string tag) => [.. values.Where(e => Value(e).Text(1) == tag).Select(e => (double)Value(e).Float(2))];
        Assert.Equal(run.Loss.Select(loss => (double)(float)loss), Of("loss/training"));
        Assert.Equal(run.ValidationLoss.Select(loss => (double)(float)loss), Of("loss/validation"));
        Assert.Equal([0.5, 0.5, 0.5], Of("learning rate"));
        Assert.Equal(3 * (3 + 4 + 4 + 3), values.Length); // numbers, weights, gradients, activations
        Assert.Equal([1UL, 2UL, 3UL], values.Where(e => Value(e).Text(1) == "activations/1 Tanh").Select(e => e.Whole(2)));
    }

    private static Fields Value(Fields of) => of.Inner(5).Inner(1);

    private static List<Fields> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new BinaryReader(stream);
        var events = new List<Fields>();
        while (stream.Position < stream.Length)
        {
            byte[] length = reader.ReadBytes(8);
            Assert.Equal(Masked(length), reader.ReadUInt32());
            byte[] data = reader.ReadBytes((int)BinaryPrimitives.ReadUInt64LittleEndian(length));
            Assert.Equal(Masked(data), reader.ReadUInt32());
            events.Add(new Fields(data));
        }
        return events;
    }

    private static uint Masked(byte[] data)
    {
        uint crc = Crc(data);
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
    }

    /// <summary>CRC-32C bit by bit, with Castagnoli's polynomial reversed.</summary>
    private static uint Crc(byte[] data)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        return crc ^ 0xFFFFFFFF;
    }

    /// <summary>A message of Protocol Buffers: values by field number, each field once.</summary>
    private sealed class Fields
    {
        private readonly Dictionary<int, byte[]> _values = [];

        public Fields(byte[] data)
        {
            int at = 0;
            while (at < data.Length)
            {
                ulong key = Variable(data, ref at);
                byte[] value = (key & 7) switch
                {
                    0 => BitConverter.GetBytes(Variable(data, ref at)),
                    1 => Take(8),
                    2 => Take((int)Variable(data, ref at)),
                    5 => Take(4),
                    var kind => throw new InvalidDataException($"kind {kind}"),
                };
                _values.Add((int)(key >> 3), value);
            }

            byte[] Take(int count) => data[at..(at += count)];
        }

        public ulong Whole(int field) => BitConverter.ToUInt64(_values[field]);

        public double Double(int field) => BitConverter.ToDouble(_values[field]);

        public float Float(int field) => BitConverter.ToSingle(_values[field]);

        public byte[] Bytes(int field) => _values[field];

        public string Text(int field) => Encoding.UTF8.GetString(_values[field]);

        public Fields Inner(int field) => new(_values[field]);

        public double[] Doubles(int field) => [.. _values[field].Chunk(8).Select(chunk => BitConverter.ToDouble(chunk))];

        private static ulong Variable(byte[] data, ref int at)
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte b = data[at++];
                value |= (ulong)(b & 0x7f) << shift;
                if (b < 0x80)
                    return value;
            }
        }
    }
}
