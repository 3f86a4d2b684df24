using System.Globalization;
using InfoMax.Encoders;
using InfoMax.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>
/// What rounding factors to TF32 gives and costs on a GPU: a training step with it off, for convolutions alone (the default), and for
/// products too, taking turns in one process, and how far features then are from those of the
/// CPU in float64.
/// </summary>
internal static class Precision
{
    private const int Rounds = 30, WarmUps = 10;

    private static readonly (string Name, bool Convolutions, bool Products)[] Ways = [
        ("off", false, false), ("convolutions", true, false), ("convolutions and products", true, true)];

    public static void Run()
    {
        Console.WriteLine("| units | batch | TF32 for | step, ms | over off | conv, largest difference | fc | global " +
            "|\n|---|---|---|---|---|---|---|---|");
        foreach ((int units, int batch) in new[] { (512, 64), (2048, 64), (512, 512), (2048, 512) })
        {
            Compare(units, batch);
        }
    }

    private static void Compare(int units, int batch)
    {
        using ConvEncoder encoder = ConvEncoder.For32x32(globalUnits: 64, seed: 1);
        using Tensor images = randn([batch, 3, 32, 32], generator: new Generator(2));
        double[][] differences = Differences(encoder, images);
        using Tensor moved = images.to(Target.Device);
        encoder.to(Target.Device);
        encoder.train();
        using DimLoss loss = Loss(encoder, units);
        using optim.Optimizer optimizer = optim.Adam([.. encoder.parameters(), .. loss.parameters()], 1e-4, 0.5, 0.999);
        double[][] times = [.. Ways.Select(_ => new double[Rounds])];
        for (int round = -WarmUps; round < Rounds; round++)
        {
            for (int w = 0; w < Ways.Length; w++)
            {
                Set(Ways[w]);
                double time = Target.Time(() => Step(encoder, loss, optimizer, moved));
                if (round >= 0)
                {
                    times[w][round] = time;
                }
            }
        }

        Set(Ways[1]);
        for (int w = 0; w < Ways.Length; w++)
        {
            double[] ratios = [.. times[w].Zip(times[0], (way, off) => way / off).Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {units} | {batch} | {Ways[w].Name} | {times[w].Order().ElementAt(Rounds / 2):F2} | {ratios[Rounds / 2]:F2} " +
                    $"({ratios[Rounds / 4]:F2}–{ratios[3 * Rounds / 4]:F2}) | " +
                    $"{string.Join(" | ", differences[w].Select(d => d.ToString("E1", CultureInfo.InvariantCulture)))} |"));
        }
    }

    private static DimLoss Loss(ConvEncoder encoder, int units)
    {
        using var scope = NewDisposeScope();
        EncoderSignature signature = EncoderSignature.Of(encoder, zeros(2, 3, 32, 32, device: Target.Device));
        var loss = new DimLoss([.. new DimObjectives { Units = units }.Create(signature, seed: 1)]);
        loss.to(Target.Device);
        loss.train();
        encoder.train();
        return loss;
    }

    private static void Step(ConvEncoder encoder, DimLoss loss, optim.Optimizer optimizer, Tensor images)
    {
        using var scope = NewDisposeScope();
        Tensor total = loss.call(encoder.call(images)).Total;
        optimizer.zero_grad();
        total.backward();
        optimizer.step();
    }

    /// <summary>Largest differences of conv, fc and global from float64, in parts of the largest value there.</summary>
    private static double[][] Differences(ConvEncoder encoder, Tensor images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        encoder.eval();
        encoder.to(ScalarType.Float64);
        Tensor[] exact = Features(encoder, images.to(ScalarType.Float64));
        encoder.to(ScalarType.Float32);
        encoder.to(Target.Device);
        Tensor moved = images.to(Target.Device);
        double[][] differences =
        [
            .. Ways.Select(way =>
            {
                Set(way);
                return Features(encoder, moved).Zip(exact, (near, there) =>
                    (near.cpu().to(ScalarType.Float64) - there).abs().max().item<double>() / there.abs().max().item<double>()).ToArray();
            }),
        ];
        encoder.to(CPU);
        return differences;
    }

    private static Tensor[] Features(ConvEncoder encoder, Tensor images)
    {
        EncoderOutput output = encoder.call(images);
        return [output.Features["conv"], output.Features["fc"], output.Global];
    }

    private static void Set((string Name, bool Convolutions, bool Products) way) =>
        (backends.cudnn.allow_tf32, backends.cuda.matmul.allow_tf32) = (way.Convolutions, way.Products);
}
