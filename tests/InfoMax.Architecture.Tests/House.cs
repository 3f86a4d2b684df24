using System.Reflection;

namespace InfoMax.Architecture.Tests;

/// <summary>The projects and their rooms. A room may use the rooms before it in its line, and never one after it.</summary>
internal static class House
{
    private static readonly string[] CoreRooms =
    [
        "Foundation", "Weights", "Randomness", "Optimization", "Data", "Encoders", "Scores", "Critics", "Estimators", "Priors",
            "Objectives",
        "Training",
    ];

    /// <summary>
    /// For each project its root namespace, its rooms in order, and the projects it may refer to. Where users would need many usings for
    /// little, folders share one flat namespace. Files beside the rooms, in the project's folder, come last and may use all of them.
    /// </summary>
    public static IReadOnlyList<Project> Projects { get; } =
    [
        new("InfoMax.Core", "InfoMax", CoreRooms, []),
        new("InfoMax.Information", "InfoMax.Information", [], ["InfoMax.Core"]),
        new(
            "InfoMax.Evaluation",
            "InfoMax.Evaluation",
            ["Features", "Solvers", "Geometry", "Probes", "Measures", "Monitoring", "FewLabels"],
            ["InfoMax.Core", "InfoMax.Information"]),
        new("InfoMax.Baselines", "InfoMax.Baselines", [], ["InfoMax.Core", "InfoMax.Information", "InfoMax.Evaluation"]),
        new("InfoMax.Datasets", "InfoMax.Datasets", [], ["InfoMax.Core"], HasFlatNamespace: true),
        new(
            "InfoMax.Reports",
            "InfoMax.Reports",
            ["Foundation", "Model", "Drawing", "Html"],
            ["InfoMax.Core", "InfoMax.Information", "InfoMax.Evaluation"]),
    ];

    internal sealed record Project(string Name, string Root, string[] Rooms, string[] MayReferTo, bool HasFlatNamespace = false)
    {
        public Assembly Assembly { get; } = Assembly.Load(Name);

        public string Folder => Path.Combine(InfoMax.Tests.Support.Repository.Root, "src", Name);

        public override string ToString() => Name;
    }
}
