using System.Reflection;
using NetArchTest.Rules;

namespace InfoMax.Architecture.Tests;

/// <summary>Reads the compiled assemblies: no arrow between rooms goes upward, so there is no circle either.</summary>
public sealed class RoomOrderTests
{
    public static TheoryData<string, string> Rooms()
    {
        var rooms = new TheoryData<string, string>();
        foreach (House.Project project in House.Projects)
        {
            foreach (string room in project.Rooms)
            {
                rooms.Add(project.Name, room);
            }
        }

        return rooms;
    }

    public static TheoryData<string> Projects() => [.. House.Projects.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_DoesNotUseALaterRoom(string project, string room)
    {
        House.Project house = House.Projects.Single(p => p.Name == project);
        string[] later = [.. house.Rooms.SkipWhile(r => r != room).Skip(1).Select(r => $"{house.Root}.{r}")];
        PredicateList types = Types.InAssembly(house.Assembly).That().ResideInNamespaceMatching($@"^{house.Root}\.{room}(\.|$)");
        types.GetTypes().Should().NotBeEmpty($"{room} is a room of {project}");
        if (later.Length > 0)
        {
            string.Join(", ", types.ShouldNot().HaveDependencyOnAny(later).GetResult().FailingTypeNames ?? [])
                .Should().BeEmpty($"{room} comes before {string.Join(", ", later)}");
        }
    }

    /// <summary>Every folder of a project that has rooms is one of them.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_AreTheRooms(string project)
    {
        House.Project house = House.Projects.Single(p => p.Name == project);
        if (house.Rooms.Length > 0)
        {
            SourceFiles.Under(house.Folder).Select(f => Path.GetRelativePath(house.Folder, f).Split(Path.DirectorySeparatorChar)[0])
                .Where(room => room != "build" && !room.EndsWith(".cs", StringComparison.Ordinal)).Distinct().Should()
                    .BeEquivalentTo(house.Rooms);
        }
    }

    /// <summary>The namespace of a file is its folder.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespace_IsTheFolder(string project)
    {
        House.Project house = House.Projects.Single(p => p.Name == project);
        foreach (string file in SourceFiles.Under(house.Folder)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}build{Path.DirectorySeparatorChar}")))
        {
            string folder = Path.GetDirectoryName(Path.GetRelativePath(house.Folder, file))!.Replace(Path.DirectorySeparatorChar, '.');
            string? declared = File.ReadLines(file).FirstOrDefault(l => l.StartsWith("namespace ", StringComparison.Ordinal));
            declared.Should().Be(folder.Length == 0 || house.HasFlatNamespace ? $"namespace {house.Root};"
                : $"namespace {house.Root}.{folder};", file);
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_RefersToNoOtherThanItMay(string project)
    {
        House.Project house = House.Projects.Single(p => p.Name == project);
        house.Assembly.GetReferencedAssemblies().Select((AssemblyName a) => a.Name!)
            .Where(n => n.StartsWith("InfoMax", StringComparison.Ordinal))
            .Should().BeSubsetOf(house.MayReferTo);
    }

    [Fact]
    public void Core_NeedsTorchSharpAndLoggingAlone() =>
        typeof(InfoMax.Training.DimTrainer).Assembly.GetReferencedAssemblies().Select(a => a.Name!)
            .Where(n => !n.StartsWith("System", StringComparison.Ordinal))
            .Should().BeEquivalentTo("TorchSharp", "Microsoft.Extensions.Logging.Abstractions");
}
