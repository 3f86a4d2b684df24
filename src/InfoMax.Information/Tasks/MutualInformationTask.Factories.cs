namespace InfoMax.Information.Tasks;

public abstract partial class MutualInformationTask
{
    /// <summary>
    /// One dimension each: X uniform on [0, 1], and Y = X plus noise uniform on [−ε, ε]. I = ε − log 2ε nats for ε up to ½, and 1/(4ε)
    /// above (Czyż et al., 2023).
    /// </summary>
    /// <param name="epsilon">Largest size of the noise, ε, above 0.</param>
    /// <returns>The task, named such as "additive-uniform-0.1".</returns>
    /// <exception cref="ArgumentOutOfRangeException">ε is not positive and finite.</exception>
    public static MutualInformationTask AdditiveUniformNoise(double epsilon) => new AdditiveUniformNoiseTask(epsilon);

    /// <summary>
    /// Standard normal X and Y of d dimensions each, where each dimension of Y has the same correlation with its partner in X:
    /// y = ρx + √(1 − ρ²)ε. I = −(d/2) log(1 − ρ²) nats. The usual first test of estimators (Belghazi et al., 2018; Poole et al., 2019).
    /// </summary>
    /// <param name="dimensions">Dimensions of X and of Y, d, 1 or more.</param>
    /// <param name="correlation">Correlation ρ of each pair, between −1 and 1 exclusive.</param>
    /// <returns>The task, named such as "gaussian-20d-4nats".</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static MutualInformationTask CorrelatedGaussian(int dimensions, double correlation) =>
        new CorrelatedGaussianTask(dimensions, correlation);

    /// <summary>
    /// As <see cref="CorrelatedGaussian"/>, with the correlation, 0 or positive, that gives a mutual information: ρ = √(1 − e^(−2I/d)).
    /// </summary>
    /// <param name="dimensions">Dimensions of X and of Y, 1 or more.</param>
    /// <param name="nats">The mutual information in nats, from 0 to below 18 per dimension, where ρ would be 1 in double precision.</param>
    /// <returns>The task, named such as "gaussian-20d-4nats".</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static MutualInformationTask CorrelatedGaussianWithInformation(int dimensions, double nats) =>
        CorrelatedGaussianTask.ForInformation(dimensions, nats);

    /// <summary>Jointly normal X and Y of mean zero and any covariance Σ. I = ½ log(det Σx · det Σy / det Σ) nats.</summary>
    /// <param name="covariance">Covariance of X and Y together, X first: symmetric and positive definite. It is copied.</param>
    /// <param name="xDimensions">How many of the dimensions are X, at least 1; at least one more is Y.</param>
    /// <param name="name">Name for reports; by default such as "normal-2x3".</param>
    /// <returns>The task.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="covariance"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="covariance"/> is not square, finite, symmetric and positive definite, or the name has characters that names may not
    /// have.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">X or Y would have no dimension.</exception>
    public static MutualInformationTask MultivariateNormal(double[,] covariance, int xDimensions, string? name = null) =>
        new MultivariateNormalTask(covariance, xDimensions, name);

    /// <summary>
    /// X and Y that are together multivariate Student-t with identity dispersion: uncorrelated, yet dependent, since one χ² scales both.
    /// I = h(X) + h(Y) − h(X, Y) nats (Arellano-Valle et al., 2013; Czyż et al., 2023). Tails are heavy: no variance for ν up to 2, no mean
    /// for ν up to 1.
    /// </summary>
    /// <param name="xDimensions">Dimensions of X, 1 or more.</param>
    /// <param name="yDimensions">Dimensions of Y, 1 or more.</param>
    /// <param name="degreesOfFreedom">Degrees of freedom ν, from 0.5 to 10⁶; need not be whole.</param>
    /// <returns>The task, named such as "student-2x2-dof1".</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static MutualInformationTask StudentT(int xDimensions, int yDimensions, double degreesOfFreedom) =>
        new StudentTTask(xDimensions, yDimensions, degreesOfFreedom);

    /// <summary>
    /// The 40 tasks of Czyż, Grabowski, Vogt, Beerenwinkel and Marx, "Beyond Normal: On the Evaluation of Mutual Information Estimators"
    /// (2023): normal and Student-t vectors of 1 to 50 dimensions, and one-to-one maps of them. All true values are in closed form.
    /// </summary>
    /// <returns>40 tasks of different names, in the order of the paper's list.</returns>
    public static IReadOnlyList<MutualInformationTask> BeyondNormalSuite() => BeyondNormal.CreateTasks();

    /// <summary>This task with X and Y each mapped one-to-one; the mutual information stays as it is.</summary>
    /// <param name="x">The map of X; <see cref="SampleMap.Identity"/> leaves it as it is.</param>
    /// <param name="y">The map of Y.</param>
    /// <param name="name">Name for reports, in lower case with dashes.</param>
    /// <returns>A task that draws from this one.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// A map does not take the dimensions of the task, or the name has characters that names may not have.
    /// </exception>
    public MutualInformationTask Mapped(SampleMap x, SampleMap y, string name) => new TransformedTask(this, x, y, name);
}
