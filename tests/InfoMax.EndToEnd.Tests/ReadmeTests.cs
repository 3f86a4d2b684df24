using System.Globalization;
using System.Text.RegularExpressions;

namespace InfoMax.EndToEnd.Tests;

/// <summary>The programs of the README run as they stand there.</summary>
public sealed partial class ReadmeTests
{
    private static readonly CodeBlock[] Programs = [.. CodeBlock.Of("README.md")];

    [Fact]
    public void Programs_All_AreWhole()
    {
        Programs.Should().HaveCount(2);
        Programs.Should().OnlyContain(program => program.IsProgram);
    }

    [Fact]
    public void TrainingProgram_OnAFolderOfFourClasses_TellsThemApart()
    {
        string folder = Directory.CreateTempSubdirectory("infomax").FullName;
        try
        {
            foreach (string classFolder in Directory.GetDirectories(Repository.EuroSat("test")).Order(StringComparer.Ordinal).Take(4))
            {
                string[] files = [.. Directory.GetFiles(classFolder).Order(StringComparer.Ordinal).Take(80)];
                for (int i = 0; i < files.Length; i++)
                {
                    string part = Path.Combine(folder, i < 64 ? "train" : "test", Path.GetFileName(classFolder));
                    File.Copy(files[i], Path.Combine(Directory.CreateDirectory(part).FullName, Path.GetFileName(files[i])));
                }
            }

            // 256 images: four epochs, and as many labels as there are.
            string output = Run(
                Programs[0],
                code => code.Replace("Epochs(10)", "Epochs(4)", StringComparison.Ordinal).Replace("1000", "200", StringComparison.Ordinal),
                folder);
            Accuracy(output).Should().BeGreaterThan(40, "four classes by chance give 25");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SlowFact]
    public void TrainingProgram_AsItStands_ReachesTheAccuracyThatTheReadmeStates()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        double stated = double.Parse(Stated().Match(readme).Groups[1].Value, CultureInfo.InvariantCulture);
        string images = Path.Combine(Repository.Root, "samples", "data", "eurosat");
        Accuracy(Run(Programs[0], code => code, images)).Should().BeApproximately(stated, 2.0);
    }

    [Fact]
    public void EstimationProgram_GaussiansOfOneNat_FindsMostOfIt() =>
        double.Parse(Number().Match(Run(Programs[1], code => code)).Value, CultureInfo.InvariantCulture).Should().BeInRange(0.6, 1.2);

    private static string Run(CodeBlock program, Func<string, string> change, params string[] arguments)
    {
        TextWriter console = Console.Out;
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        try
        {
            Console.SetOut(output);
            program.Compile(change).EntryPoint!.Invoke(null, [arguments]);
        }
        finally
        {
            Console.SetOut(console);
        }

        return output.ToString();
    }

    private static double Accuracy(string output) => double.Parse(Percent().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@": ([0-9.]+)[^%]*%")]
    private static partial Regex Percent();

    [GeneratedRegex(@"test accuracy of about ([0-9.]+) %")]
    private static partial Regex Stated();

    [GeneratedRegex(@"[0-9]+\.[0-9]+")]
    private static partial Regex Number();
}
