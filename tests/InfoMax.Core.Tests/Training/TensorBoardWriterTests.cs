using InfoMax.Encoders;
using InfoMax.Optimization;
using InfoMax.Tests.Support;
using InfoMax.Training;
using Tensorboard;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class TensorBoardWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;

    private string Events => Path.Combine(_folder, "events");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Fit_Writes_EveryMetricOfReportingStepsAndEpochMeans()
    {
        using Tensor data = ToyTraining.Data();
        using Encoder encoder = ToyTraining.Encoder();
        var seen = new Dictionary<(string, long), double>();
        var writer = new TensorBoardWriter(Events) { Histograms = true };
        double sum = 0, least = 0, most = 0;
        long start = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 2).Schedule(LearningRateSchedule.Cosine()).ReportTo(writer, 2)
            .Callback(new Acting
            {
                Step = s =>
                {
                    foreach ((string name, Tensor value) in s.Reports ? s.Metrics.ToDictionary() : [])
                    {
                        seen[(name, s.Run.Step)] = value.to(ScalarType.Float64).item<double>();
                    }

                    if (s.Reports)
                    {
                        seen[("learning_rate", s.Run.Step)] = s.Run.LearningRate;
                        Tensor global = s.Output.Global.detach().to(ScalarType.Float64);
                        (sum, least, most) = (global.sum().item<double>(), global.min().item<double>(), global.max().item<double>());
                    }
                },
                Epoch = e => e.Metrics.ToList().ForEach(m => seen[("epoch/" + m.Key, e.Run.Step)] = m.Value),
            })
            .Callback(writer);
        trainer.Fit();
        List<Event> events = Read(Directory.GetFiles(Events).Should().ContainSingle().Which);
        events[0].FileVersion.Should().Be("brain.Event:2");
        events.Skip(1).Should().AllSatisfy(e => e.WallTime.Should().BeInRange(start, start + 600, "it is in seconds"));
        Dictionary<(string, long), double> written = Scalars(events);
        written.Keys.Where(k => !k.Item1.StartsWith("run/", StringComparison.Ordinal) && k.Item1 != "global/not_finite")
            .Should().BeEquivalentTo(seen.Keys);
        written.Where(w => w.Key.Item1 == "global/not_finite").Should().HaveCount(4).And.OnlyContain(w => w.Value == 0);
        seen.Keys.Select(k => k.Item2).Distinct().Should().Equal(2, 4, 6, 8);
        seen.Should().AllSatisfy(s => written[s.Key].Should().BeApproximately(s.Value, 1e-5 * Math.Abs(s.Value)));
        written.Keys.Where(k => k.Item1 == "run/examples_per_second").Select(k => k.Item2).Should().Equal(2, 4, 6, 8);
        written[("run/resident_bytes", 8)].Should().BePositive();
        written[("run/data_wait_share", 8)].Should().BeInRange(0, 1);
        HistogramProto[] histograms =
            [.. events.SelectMany(e => e.Summary?.Value ?? []).Where(v => v.Tag == "global").Select(v => v.Histo)];
        histograms.Should().HaveCount(4).And.AllSatisfy(h => h.Num.Should().Be(40));
        histograms[^1].Bucket.Sum().Should().Be(40);
        (histograms[^1].Min, histograms[^1].Max).Should().Be((least, most));
        histograms[^1].Sum.Should().BeApproximately(sum, 1e-9);
    }

    [Fact]
    public void Fit_Resumed_GoesOnFromTheStepOfTheCheckpoint()
    {
        using Tensor data = ToyTraining.Data();
        string checkpoints = Path.Combine(_folder, "checkpoints");
        long[] Steps(Func<DimTrainer, DimTrainer> change)
        {
            HashSet<string> before = Directory.Exists(Events) ? [.. Directory.GetFiles(Events)] : [];
            using Encoder encoder = ToyTraining.Encoder();
            using DimTrainer trainer =
                change(ToyTraining.Trainer(encoder, data, 3).Checkpoints(checkpoints).Callback(new TensorBoardWriter(Events)));
            trainer.Fit();
            return [.. Scalars(Read(Directory.GetFiles(Events).Should().ContainSingle(f => !before.Contains(f)).Which)).Keys
                .Where(k => k.Item1 == "total").Select(k => k.Item2)];
        }

        Steps(t => t.Callback(new Acting { Epoch = e => e.Run.Stop() })).Should().Equal(4);
        Steps(t => t.Resume(checkpoints)).Should().Equal(8, 10, 12);
    }

    [Fact]
    public void Fit_ACodeThatHasCollapsed_HasAHistogramToo()
    {
        using Tensor data = ToyTraining.Data();
        using Encoder encoder = ToyTraining.Encoder();
        using (no_grad())
        {
            foreach (Tensor parameter in encoder.parameters())
            {
                parameter.zero_();
            }
        }

        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 1).LearningRate(1e-30)
            .Callback(new TensorBoardWriter(Events) { Histograms = true });
        trainer.Fit();
        Read(Directory.GetFiles(Events)[0]).SelectMany(e => e.Summary?.Value ?? []).Where(v => v.Tag == "global").Should().ContainSingle()
            .Which.Histo.Bucket.Sum().Should().Be(40);
    }

    [Fact]
    public void OnStep_ACodeWithNumbersThatAreNotFinite_SaysHowMany()
    {
        using var scope = NewDisposeScope();
        using Encoder encoder = ToyTraining.Encoder();
        using var loss = new InfoMax.Objectives.DimLoss(new InfoMax.Objectives.ActivationPenalty());
        var run = new TrainingContext(encoder, loss, CPU, 8, 1, 1);
        var writer = new TensorBoardWriter(Events) { Histograms = true };
        writer.OnStart(run);
        Tensor codes = tensor(new[] { 1f, 2, 3, float.NaN, float.PositiveInfinity, -1 }).view(3, 2);
        writer.OnStep(new StepContext(run, new EncoderOutput(new LocalFeatureMap(ones(3, 1, 2)), codes), [0, 1, 2], [], reports: true));
        List<Event> events = Read(Directory.GetFiles(Events).Single());
        Scalars(events)[("global/not_finite", 0)].Should().Be(2);
        events.SelectMany(e => e.Summary?.Value ?? []).Single(v => v.Histo is not null).Histo
            .Should().Match<HistogramProto>(h => h.Num == 4 && h.Min == -1 && h.Max == 3);
    }

    [Fact]
    public void Fit_FolderThatVanishesOrCannotBe_GoesOnAndIsLogged()
    {
        using Tensor data = ToyTraining.Data();
        using Encoder encoder = ToyTraining.Encoder();
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "in the way");
        foreach (string folder in new[] { file, Events })
        {
            var logger = new RecordingLogger();
            using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 1)
                .Callback(new TensorBoardWriter(folder, logger))
                .Callback(new Acting { Start = _ => { if (folder == Events) { Directory.Delete(Events, recursive: true); } } });
            trainer.Fit().StopReason.Should().Be(StopReason.Completed);
            logger.Ids.Should().Contain(14).And.OnlyContain(id => id == 14);
        }
    }

    [Fact]
    public void Fit_WithWriter_LeavesNoTensorBehind()
    {
        using Tensor data = ToyTraining.Data();
        using Encoder encoder = ToyTraining.Encoder();
        LiveTensors.ShouldNotGrow(2, () =>
        {
            using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 1).Callback(new TensorBoardWriter(Events) { Histograms = true });
            trainer.Fit();
        });
    }

    private static Dictionary<(string, long), double> Scalars(List<Event> events) =>
        events.Where(e => e.Summary is not null).SelectMany(e => e.Summary.Value.Select(v => (e.Step, Value: v)))
            .Where(v => v.Value.ValueCase == Tensorboard.Summary.Types.Value.ValueOneofCase.SimpleValue)
            .ToDictionary(v => (v.Value.Tag, v.Step), v => (double)v.Value.SimpleValue);

    /// <summary>Reads the records: length, its masked checksum, data, their masked checksum.</summary>
    private static List<Event> Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        var events = new List<Event>();
        for (int at = 0; at < bytes.Length;)
        {
            int length = checked((int)BitConverter.ToInt64(bytes, at));
            Masked(bytes[at..(at + 8)]).Should().Be(BitConverter.ToUInt32(bytes, at + 8));
            Masked(bytes[(at + 12)..(at + 12 + length)]).Should().Be(BitConverter.ToUInt32(bytes, at + 12 + length));
            events.Add(Event.Parser.ParseFrom(bytes, at + 12, length));
            at += length + 16;
        }

        return events;
    }

    private static uint Masked(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0);
            }
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
    }
}
