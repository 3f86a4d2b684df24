using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.Monitoring;
using InfoMax.Optimization;
using InfoMax.Tests.Support;
using InfoMax.Training;
using InfoMax.Training.Checkpoints;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Monitoring;

/// <summary>What a run shows while it goes on: log events, meters, activities, progress, callbacks.</summary>
public sealed class WatchingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;
    private readonly Tensor _data = ToyTraining.Data();

    public void Dispose()
    {
        _data.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Log_OfARunWithCheckpoints_HasItsEventsInOrder()
    {
        RecordingLogger first = Run(t => t.Checkpoints(_folder));
        first.Ids.Should().Equal(1, 2, 6, 2, 6, 3);
        first.Entries.Should().OnlyContain(e => e.Level == LogLevel.Information);
        first.Entries[0].Text.Should().Contain("36 examples").And.Contain("seed 5");
        first.Entries[^1].Text.Should().Contain("8 steps").And.Contain("Completed");
        RecordingLogger resumed = Run(t => t.Resume(_folder), epochs: 3);
        resumed.Ids.Should().Equal(5, 1, 2, 3);
        resumed.Entries[0].Text.Should().EndWith("at step 8.");
    }

    [Fact]
    public void Log_OfTrouble_HasWarningsAndErrors()
    {
        RecordingLogger Diverging(DivergencePolicy policy, bool throws = false, bool once = true)
        {
            var logger = new RecordingLogger();
            using var source = new Poisoned(_data, at: 6, once);
            using Encoder encoder = ToyTraining.Encoder();
            using DimTrainer trainer =
                new DimTrainer(encoder, source).Local(new InfoNceEstimator(), units: 8).BatchSize(8).Epochs(2).Seed(5)
                .Checkpoints(Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName).OnDivergence(policy)
                    .LogTo(logger);
            Action fit = () => trainer.Fit();
            if (throws)
            {
                fit.Should().Throw<TrainingDivergedException>();
            }
            else
            {
                fit();
            }

            return logger;
        }

        void Has(RecordingLogger logger, int id, LogLevel level) =>
            logger.Entries.Should().ContainSingle(e => e.Id == id).Which.Level.Should().Be(level);
        Has(Diverging(DivergencePolicy.Throw(), throws: true), 4, LogLevel.Error);
        Has(Diverging(DivergencePolicy.Skip()), 9, LogLevel.Warning);
        Has(Diverging(DivergencePolicy.ReturnToCheckpoint()), 10, LogLevel.Warning);

        string damaged = Path.Combine(_folder, "damaged");
        Run(t => t.Checkpoints(damaged), epochs: 1);
        File.AppendAllText(Path.Combine(Checkpoint.Find(damaged)[0], "encoder.safetensors"), "x");
        Has(Run(t => t.Checkpoints(damaged).ResumeLatest(), epochs: 1), 8, LogLevel.Warning);

        string vanishing = Path.Combine(_folder, "vanishing");
        RecordingLogger failed = Run(t => t.Checkpoints(vanishing).Callback(new Acting
        {
            Start = _ =>
            {
                Directory.Delete(vanishing, recursive: true);
                File.WriteAllText(vanishing, "in the way");
            },
        }), epochs: 1);
        Has(failed, 7, LogLevel.Error);
    }

    [Fact]
    public void Meters_OfARun_HaveItsNumbers()
    {
        var measured = new ConcurrentBag<(string Name, double Value, string? Tag)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "InfoMax.Training")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            measured.Add(
                (instrument.Name["infomax.training.".Length..], value, tags.Length == 0 ? null : $"{tags[0].Key}={tags[0].Value}"));
        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => Note(i, v, tags));
        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Note(i, v, tags));
        listener.Start();
        using var probe = new OnlineProbe([.. Enumerable.Range(0, ToyTraining.Examples).Select(i => i % 2)]);
        // Without anybody to report to.
        Run(t => t.Checkpoints(_folder).Callback(probe));
        double Sum(string name) => measured.Where(m => m.Name == name).Sum(m => m.Value);
        Sum("steps").Should().Be(8);
        Sum("examples").Should().Be(64);
        measured.Should().NotContain(m => m.Name == "skipped");
        measured.Count(m => m.Name == "epoch.duration").Should().Be(2);
        measured.Count(m => m.Name == "checkpoint.duration").Should().Be(2);
        measured.Where(m => m.Name == "metric").Select(m => m.Tag).Distinct()
            .Should().Contain(["name=total", "name=local.loss", "name=probe.global.accuracy", "name=gradient_norm"]);
        measured.Count(m => m.Tag == "name=total").Should().Be(2, "only the last steps of epochs report with the default of ten steps");
        foreach (string gauge in new[] { "throughput", "learning_rate", "resident" })
        {
            measured.Where(m => m.Name == gauge).Should().HaveCount(2).And.AllSatisfy(m => m.Value.Should().BePositive());
        }

        measured.Where(m => m.Name == "data_wait").Should().HaveCount(2).And.AllSatisfy(m => m.Value.Should().BeInRange(0, 1));
    }

    [Fact]
    public void Activities_OfARun_AreNested()
    {
        var ended = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "InfoMax.Training",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        Run(t => t.Checkpoints(new CheckpointOptions(_folder) { EverySteps = 3 }));
        Activity train = ended[^1];
        train.OperationName.Should().Be("train");
        train.GetTagItem("infomax.epochs").Should().Be(2);
        train.GetTagItem("infomax.batch_size").Should().Be(8);
        train.GetTagItem("infomax.seed").Should().Be(5);
        train.GetTagItem("infomax.steps").Should().Be(8L);
        train.GetTagItem("infomax.stop_reason").Should().Be("Completed");
        Activity[] epochs = [.. ended.Where(a => a.OperationName == "epoch")];
        epochs.Select(e => e.GetTagItem("infomax.epoch")).Should().Equal(1, 2);
        epochs.Should().AllSatisfy(e => e.ParentSpanId.Should().Be(train.SpanId));
        // After steps 3 and 6 within an epoch, 4 and 8 between and after them.
        ended.Where(a => a.OperationName == "checkpoint").Select(a => a.ParentSpanId)
            .Should().Equal(epochs[0].SpanId, train.SpanId, epochs[1].SpanId, train.SpanId);
        Activity.Current.Should().BeNull();
        ended.Clear();
        Run(t => t.Callback(new Acting { Step = s => s.Run.Stop() }));
        ended.Select(a => a.OperationName).Should().Equal("epoch", "train");
        ended[1].GetTagItem("infomax.stop_reason").Should().Be("Stopped");
    }

    [Fact]
    public void Progress_OfARun_HasItsFields()
    {
        List<TrainingProgress> quick = Reports(new InMemorySource(_data)), slow = Reports(new Slow(_data));
        quick.Select(r => r.LearningRate).Should().BeInDescendingOrder().And.OnlyHaveUniqueItems();
        quick[0].LearningRate.Should().Be(1e-4, "the first step has the whole rate");
        foreach (TrainingProgress report in quick.Concat(slow))
        {
            report.DataWaitShare.Should().BeInRange(0, 1);
            report.ResidentBytes.Should().BeGreaterThan(10 << 20);
            report.LiveTensors.Should().BePositive();
            report.ExamplesPerSecond.Should().BePositive();
        }

        slow.Skip(1).Should().AllSatisfy(r => r.DataWaitShare.Should().BeGreaterThan(0.5));
        slow.Skip(1).Should().AllSatisfy(r => r.ExamplesPerSecond.Should().BeLessThan(8 / 0.2));
        quick.Skip(1).Average(r => r.DataWaitShare).Should().BeLessThan(0.5);
        quick.Skip(1).Select(r => r.LiveTensors).Distinct().Should().ContainSingle("steps leave nothing behind");

        static List<TrainingProgress> Reports(IBatchSource source)
        {
            var reports = new Collected();
            using (source as IDisposable)
            {
                using Encoder encoder = ToyTraining.Encoder();
                using DimTrainer trainer = new DimTrainer(encoder, source).Local(
                    new InfoNceEstimator(), units: 8).BatchSize(8).Epochs(1).Schedule(LearningRateSchedule.Cosine()).ReportTo(reports, 1);
                trainer.Fit();
            }

            return reports.All;
        }
    }

    [Fact]
    public void Callbacks_AreCalledInOrderAndStopARun()
    {
        var calls = new List<string>();
        Acting Named(string name, int stopAt = -1) => new()
        {
            Start = c => calls.Add($"{name} start {c.Step} {c.ExampleCount}"),
            Step = s =>
            {
                calls.Add($"{name} step {s.Run.Step}/{s.Run.TotalSteps} {s.ExampleIndices.Count} {s.Reports}");
                if (s.Run.Step == stopAt)
                {
                    s.Run.Stop();
                }
            },
            Epoch = e => calls.Add($"{name} epoch {e.Epoch} {e.Run.IsStopping}"),
            End = (c, r) => calls.Add($"{name} end {c.Step} {r.StopReason}"),
        };
        Run(t => t.Callback(Named("a")).Callback(Named("b", stopAt: 4)));
        calls.Should().Equal(
            "a start 0 36", "b start 0 36",
            "a step 1/8 8 False",
            "b step 1/8 8 False",
            "a step 2/8 8 False",
            "b step 2/8 8 False",
            "a step 3/8 8 False",
            "b step 3/8 8 False",
            "a step 4/8 8 True",
            "b step 4/8 8 True",
            "a epoch 1 True", "b epoch 1 True", "a end 4 Stopped", "b end 4 Stopped");
    }

    [Fact]
    public void CollapseMonitor_StopsARun_ThroughAToken()
    {
        using Encoder encoder = ToyTraining.Encoder();
        using var source = new InMemorySource(_data);
        using var stop = new CancellationTokenSource();
        var reports = new Collected();
        var monitor = new CollapseMonitor(encoder, source, next: reports) { EverySteps = 1 };
        monitor.Collapsing += (_, _) => stop.Cancel();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, _data, 5).ReportTo(monitor, 1).Callback(new Acting
        {
            Step = s =>
            {
                if (s.Run.Step == 6)
                {
                    using var noGrad = no_grad();
                    s.Run.Encoder.parameters().ToList().ForEach(p => p.zero_());
                }
            },
        });
        TrainingResult result = trainer.Fit(stop.Token);
        (result.StopReason, result.StepCount).Should().Be((StopReason.Canceled, 6L));
        monitor.IsCollapsing.Should().BeTrue();
        reports.All.Should().HaveCount(6);
    }

    private RecordingLogger Run(Func<DimTrainer, DimTrainer> change, int epochs = 2)
    {
        var logger = new RecordingLogger();
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer = change(ToyTraining.Trainer(encoder, _data, epochs).LogTo(logger));
        trainer.Fit();
        return logger;
    }

    private sealed class Collected : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value) => All.Add(value);
    }

    private sealed class Slow(Tensor data) : IBatchSource, IDisposable
    {
        private readonly InMemorySource _inner = new(data);

        public int Count => _inner.Count;

        public IReadOnlyList<long> ExampleShape => _inner.ExampleShape;

        public Tensor GetBatch(ReadOnlySpan<int> indices)
        {
            Thread.Sleep(200);
            return _inner.GetBatch(indices);
        }

        public void Dispose() => _inner.Dispose();
    }

    /// <summary>A batch of it is not a number: the n-th that is asked for, once or from then on.</summary>
    private sealed class Poisoned(Tensor data, int at, bool once) : IBatchSource, IDisposable
    {
        private readonly InMemorySource _inner = new(data);
        private int _batches;

        public int Count => _inner.Count;

        public IReadOnlyList<long> ExampleShape => _inner.ExampleShape;

        public Tensor GetBatch(ReadOnlySpan<int> indices)
        {
            Tensor batch = _inner.GetBatch(indices);
            // Not those by which the loss is built and memory is planned.
            _batches += indices[0] == 0 && indices[1] == 1 ? 0 : 1;
            return _batches == at || (_batches > at && !once) ? batch.fill_(double.NaN) : batch;
        }

        public void Dispose() => _inner.Dispose();
    }
}
