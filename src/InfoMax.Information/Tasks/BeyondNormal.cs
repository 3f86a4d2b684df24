namespace InfoMax.Information.Tasks;

/// <summary>
/// The 40 tasks of Czyż, Grabowski, Vogt, Beerenwinkel and Marx, "Beyond Normal: On the Evaluation of Mutual Information Estimators"
/// (2023): normal and Student-t vectors of 1 to 50 dimensions, and one-to-one maps of them. All true values are in closed form.
/// </summary>
internal static class BeyondNormal
{
    /// <summary>Makes the tasks, in the order of the paper's list.</summary>
    /// <returns>40 tasks of different names.</returns>
    public static IReadOnlyList<MutualInformationTask> CreateTasks()
    {
        var cdf = new NormalCdfMap();
        var halfCube = new HalfCubeMap();
        var asinh = new AsinhMap();
        var binormal = new CorrelatedGaussianTask(1, 0.75);
        var uniform = new TransformedTask(binormal, cdf, cdf, "uniform-1x1");
        var bistudent = new StudentTTask(1, 1, 1);
        int[] dense = [2, 3, 5, 25, 50];
        int[] paired = [2, 3, 5, 25];
        (int Dimensions, int Freedom)[] student = [(2, 1), (2, 2), (3, 2), (3, 3), (5, 2), (5, 3)];
        (int Dimensions, int Freedom)[] shortened = [(2, 1), (3, 2), (5, 2)];
        List<MutualInformationTask> tasks =
        [
            binormal,
            uniform,
            new AdditiveUniformNoiseTask(0.1),
            new AdditiveUniformNoiseTask(0.75),
            new TransformedTask(binormal, BimodalMap.ForX, BimodalMap.ForY, "bimodal-1x1"),
            new TransformedTask(binormal, WigglyMap.ForX, WigglyMap.ForY, "wiggly-1x1"),
            new TransformedTask(binormal, halfCube, halfCube, "half-cube-1x1"),
            bistudent,
            Both(bistudent, asinh, "asinh"),
            new TransformedTask(uniform, new SwissRollMap(), new IdentityMap(), "swiss-roll-2x1"),
        ];
        tasks.AddRange(dense.Select(d => MultivariateNormalTask.Dense(d, d)));
        tasks.AddRange(paired.Select(d => MultivariateNormalTask.TwoPairs(d, d)));
        tasks.AddRange(student.Select(s => new StudentTTask(s.Dimensions, s.Dimensions, s.Freedom)));
        MutualInformationTask[] sparse = [.. paired.Where(d => d > 2).Select(d => MultivariateNormalTask.TwoPairs(d, d))];
        MutualInformationTask[] squashed = [.. sparse.Select(task => Both(task, cdf, "cdf"))];
        tasks.AddRange(squashed);
        tasks.AddRange(sparse.Select(task => Both(task, halfCube, "half-cube")));
        tasks.AddRange(sparse.Select(Spiral));
        tasks.AddRange(squashed.Select(Spiral));
        tasks.AddRange(shortened.Select(s => Both(new StudentTTask(s.Dimensions, s.Dimensions, s.Freedom), asinh, "asinh")));
        return tasks;
    }

    private static TransformedTask Both(MutualInformationTask task, SampleMap map, string prefix) =>
        new(task, map, map, $"{prefix}-{task.Name}");

    // X and Y turn in planes that share one coordinate, the slower the more dimensions there are.
    private static TransformedTask Spiral(MutualInformationTask task) =>
        new(task, new SpiralMap(0, 1, 1.0 / task.XDimensions), new SpiralMap(1, 2, 1.0 / task.YDimensions), $"spiral-{task.Name}");
}
