using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using InfoMax.Encoders;
using InfoMax.Objectives;
using InfoMax.Training;

namespace InfoMax.Baselines.Tests;

/// <summary>What records print.</summary>
public sealed class RecordTextTests
{
    /// <summary>The text that the compiler makes has names of types where values are lists or functions.</summary>
    [Fact]
    public void Text_OfAnyRecord_HasNoNamesOfTypesInPlaceOfValues()
    {
        Type[] records =
            [.. typeof(DimTrainer).Assembly.GetExportedTypes().Where(type => type.GetMethod("<Clone>$") is not null && !type.IsAbstract)];
        records.Should().NotBeEmpty();
        string.Join(", ", records
            .Where(
                type =>
                    type.GetMethod(
                        nameof(ToString), Type.EmptyTypes)!.GetCustomAttribute<CompilerGeneratedAttribute>(inherit: false) is not null)
            .SelectMany(type => type.GetProperties().Where(p => Opaque(p.PropertyType)).Select(p => $"{type.Name}.{p.Name}")))
            .Should().BeEmpty();
    }

    [Fact]
    public void Text_OfShapes_IsSpelledOut() =>
        EncoderDescription.PaperBasic32x32().ToString().Should().StartWith("[3, 32, 32] → Conv(64, kernel 4").And.EndWith("Global(64)");

    [Fact]
    public void Text_OfATrainingRun_IsOneLineWithItsLastEpoch()
    {
        var metrics = new Dictionary<string, double> { ["total"] = -1.25, ["local.nats"] = 2 };
        var epoch = new EpochSummary(2, 40, metrics, TimeSpan.FromSeconds(3));
        epoch.ToString().Should().Be("epoch 2: 40 steps in 3.0 s: total -1.25, local.nats 2");
        new TrainingResult(
            StopReason.Completed, [epoch, epoch], 80, TimeSpan.FromSeconds(6.5), 7) { SkippedCount = 1, Checkpoint = "here" }.ToString()
            .Should().Be(
            "Completed after 80 steps in 6.5 s, seed 7, 1 batches skipped, checkpoint here; epoch 2: 40 steps in 3.0 s: total -1.25, "
            + "local.nats 2");
        new TrainingResult(StopReason.Canceled, [], 0, TimeSpan.Zero, 7).ToString().Should().Be("Canceled after 0 steps in 0.0 s, seed 7");
        new TrainingProgress(1, 3, 40, 120, 99.6, TimeSpan.FromSeconds(61), TimeSpan.FromSeconds(122), metrics).ToString().Should().Be(
            "epoch 1 of 3, step 40 of 120, 100 examples/s, 1:01 so far, 2:02 left: total -1.25, local.nats 2");
    }

    private static bool Opaque(Type type) =>
        type != typeof(string) && (typeof(IEnumerable).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type) || IsSilent(type));

    /// <summary>Whether it is one of our classes that says nothing of itself.</summary>
    private static bool IsSilent(Type type) =>
        type.Assembly == typeof(DimTrainer).Assembly && type.IsClass
            && type.GetMethod(nameof(ToString), Type.EmptyTypes)!.DeclaringType == typeof(
            object);
}
