using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>
/// t-SNE (van der Maaten and Hinton, 2008): features as points in the plane, such that near rows are near points. Exact: every pair
/// counts.
/// </summary>
/// <remarks>
/// Distances are Euclidean, of the features as they are. Distances between far groups, the sizes of groups and the axes mean
/// nothing in the picture; what is near is what counts. Memory is 4 n² bytes and little more, time n² for each iteration: about 400
/// MB for the most rows that it takes. The same seed gives the same bits on the same machine with the same number of threads; the
/// global generator is not touched. A set of options without state: it may be used many times and from many threads.
/// </remarks>
public sealed class TSne
{
    /// <summary>The most rows that <see cref="Fit"/> takes: all pairs of them are 400 MB.</summary>
    public const int MaxRows = 10_000;

    private const int ExaggeratedIterations = 250;
    private const int CheckEvery = 50;
    private const double LeastGradientNorm = 1e-7;
    private const double StartDeviation = 1e-4;


    /// <summary>How many neighbors a row has, in effect: 2 to the power of the entropy in bits of its neighbors' weights.</summary>
    /// <value>Above 1, and below the number of rows less one. Default 30.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not above 1, or not finite.</exception>
    public double Perplexity
    {
        get;
        init => field = double.IsFinite(value) && value > 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Perplexity), value, "Expected a finite perplexity above 1.");
    } = 30;

    /// <summary>Steps of gradient descent at most; fewer if the gradient vanishes before.</summary>
    /// <value>At least 2. Default 1000. The first 250, but no more than half, are exaggerated.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int Iterations
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2, nameof(Iterations));
            field = value;
        }
    } = 1000;

    /// <summary>Length of a step, for the gradient with its factor of 4.</summary>
    /// <value>Above 0. Default null: n / (4 · <see cref="EarlyExaggeration"/>) as Belkina et al. (2019) found, at least 50.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0, or not finite.</exception>
    public double? LearningRate
    {
        get;
        init => field = value is null || (double.IsFinite(value.Value) && value > 0)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(LearningRate), value, "Expected a finite learning rate above 0.");
    }

    /// <summary>By how much the attraction of neighbors is exaggerated at first, so that groups find together.</summary>
    /// <value>At least 1. Default 12.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or not finite.</exception>
    public double EarlyExaggeration
    {
        get;
        init => field = double.IsFinite(value) && value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(EarlyExaggeration), value, "Expected a finite exaggeration of at least 1.");
    } = 12;

    /// <summary>Seed of the start: of the random points, or of what is added to the principal components to part equal rows.</summary>
    /// <value>Any number. Default 0.</value>
    public int Seed { get; init; }

    /// <summary>
    /// Whether to start at random rather than from the first two principal components. Either start has a standard deviation of
    /// 10⁻⁴.
    /// </summary>
    /// <value>Default false: the components keep more of how groups lie to each other (Kobak and Linderman, 2021).</value>
    public bool RandomStart { get; init; }

    /// <summary>Places the rows in the plane.</summary>
    /// <param name="features">
    /// Features <c>[N, F]</c>, more rows than <see cref="Perplexity"/> + 1 and at most <see cref="MaxRows"/>.
    /// </param>
    /// <param name="cancellationToken">Looked at in each iteration.</param>
    /// <returns>Coordinates <c>[N, 2]</c> and the divergence that is left.</returns>
    /// <exception cref="ArgumentException">There are too few rows or too many, all are equal, or values are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public TSneResult Fit(FeatureSet features, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        features.CheckUsable();
        Check(features);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        // In a unit near the size of the values: distances in any unit give the same points, and squares stay in range.
        using FeatureSet scaled = features.WithValues(features.Values / Magnitude.Of(features.Values), features.Name);
        Tensor points = Start(scaled, cancellationToken);
        Tensor affinities = TSneAffinities.Joint(scaled.Values, Perplexity, cancellationToken);
        int done = Descend(affinities, points, cancellationToken);
        return new TSneResult
        {
            Coordinates = Matrix(points),
            KullbackLeibler = TSneGradient.Divergence(affinities, points),
            Iterations = done,
            Perplexity = Perplexity,
            Seed = Seed,
        };
    }

    private void Check(FeatureSet features)
    {
        int rows = features.Count;
        if (rows > MaxRows)
        {
            string size = FormattableString.Invariant($"{4e-9 * rows * rows:F1} GB");
            throw new ArgumentException(
                $"Expected at most {MaxRows} rows, got {rows}: exact t-SNE holds all pairs, {size}. Select some of the rows.",
                nameof(features));
        }

        if (Perplexity >= rows - 1)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"Expected a perplexity below {rows - 1} for {rows} rows, got {Perplexity}."), nameof(features));
        }

        TensorGuard.Finite(features.Values, nameof(features));
    }

    /// <summary>The first points <c>[N, 2]</c>, float32.</summary>
    private Tensor Start(FeatureSet features, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var generator = RandomStream.Of(Seed, "t-SNE").Generator();
        PrincipalComponents components =
            PrincipalComponents.Fit(features, Math.Min(2, Math.Min(features.Count, features.FeatureCount)), cancellationToken);
        if (!(components.ExplainedVariance[0] > 0))
        {
            throw new ArgumentException("Expected rows that differ, got equal ones.", nameof(features));
        }

        Tensor noise = randn(features.Count, 2, dtype: ScalarType.Float64, generator: generator);
        if (RandomStart)
        {
            return scope.MoveToOuter((StartDeviation * noise).to(ScalarType.Float32));
        }

        using FeatureSet projected = components.Transform(features);
        Tensor start = projected.Values.to(ScalarType.Float32).to(ScalarType.Float64) / Math.Sqrt(components.ExplainedVariance[0]);
        if (start.shape[1] < 2)
        {
            start = cat([start, zeros_like(start)], 1);
        }

        return scope.MoveToOuter((StartDeviation * (start + (0.01 * noise))).to(ScalarType.Float32));
    }

    /// <summary>Gradient descent with momentum and a gain for each coordinate, in place.</summary>
    private int Descend(Tensor affinities, Tensor points, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        double rate = LearningRate ?? Math.Max(points.shape[0] / (4 * EarlyExaggeration), 50);
        int exaggerated = Math.Min(ExaggeratedIterations, Iterations / 2);
        Tensor velocity = zeros_like(points);
        Tensor gains = ones_like(points);
        for (int i = 0; i < Iterations; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            bool early = i < exaggerated;
            Tensor gradient = TSneGradient.Of(affinities, points, early ? EarlyExaggeration : 1);
            Tensor onward = velocity.mul(gradient).lt(0);
            gains.copy_(where(onward, gains + 0.2, gains * 0.8).clamp_min_(0.01));
            velocity.mul_(early ? 0.5 : 0.8).sub_(gradient.mul(gains).mul_(rate));
            points.add_(velocity);
            points.sub_(points.mean([0L], keepdim: true));
            if (!early && (i + 1) % CheckEvery == 0 && gradient.norm().item<float>() <= LeastGradientNorm)
            {
                return i + 1;
            }
        }

        return Iterations;
    }

    private static float[,] Matrix(Tensor points)
    {
        float[] flat = points.contiguous().data<float>().ToArray();
        var matrix = new float[flat.Length / 2, 2];
        Buffer.BlockCopy(flat, 0, matrix, 0, flat.Length * sizeof(float));
        return matrix;
    }
}
