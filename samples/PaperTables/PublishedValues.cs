namespace InfoMax.Samples.PaperTables;

/// <summary>A number of the paper.</summary>
/// <param name="Value">The number.</param>
/// <param name="Certain">Whether it was read in a text of the paper; otherwise it stands as remembered from its last version, and may be
/// wrong.</param>
internal sealed record PublishedValue(double Value, bool Certain);

/// <summary>The paper's numbers, by table, data set, row and column.</summary>
internal static class PublishedValues
{
    private static readonly Dictionary<(int Table, string Data), string> Texts = new()
    {
        [(1, "CIFAR-10")] = """
            columns: conv, fc, Y
            fully supervised: 75.39
            AE: 62.19? 55.78? 54.47?
            VAE: 60.71 60.54 54.61
            β-VAE: 62.4? 57.89? 55.43?
            AAE: 59.44 57.19 52.81
            BiGAN: 62.57 62.74 52.54
            NAT: 56.19 51.29 31.16
            DIM(G): 52.2 52.84 43.17
            DIM(L) DV: 72.66? 70.60? 64.71?
            DIM(L) JSD: 73.25 73.62 66.96
            DIM(L) infoNCE: 75.21 75.57 69.13
            """,
        [(1, "CIFAR-100")] = """
            columns: conv, fc, Y
            fully supervised: 42.27
            AE: 31.50? 23.89? 27.44?
            VAE: 37.21 34.05 24.22
            β-VAE: 32.28? 26.89? 28.96?
            AAE: 36.22 33.38 23.25
            BiGAN: 37.59 33.34 21.49
            NAT: 29.18 24.57 9.72
            DIM(G): 27.68 24.35 19.98
            DIM(L) DV: 48.52? 44.44? 39.27?
            DIM(L) JSD: 48.13 45.92 39.60
            DIM(L) infoNCE: 49.74 47.72 41.61
            """,
        [(2, "Tiny ImageNet")] = """
            columns: conv, fc, Y
            fully supervised: 36.60
            AE: 19.07? 16.39? 11.82?
            VAE: 18.63 16.88 11.93
            β-VAE: 19.29? 16.77? 12.43?
            AAE: 18.04 17.27 11.49
            BiGAN: 24.38 20.21 13.06
            NAT: 13.70 11.62 1.20
            DIM(G): 11.32 6.34 4.95
            DIM(L) DV: 30.35? 29.51? 28.18?
            DIM(L) JSD: 33.54 36.88 31.66
            DIM(L) infoNCE: 34.21 38.09 33.33
            """,
        [(2, "STL-10")] = """
            columns: conv, fc, Y, SS
            fully supervised: 68.7
            AE: 58.19? 55.57? 46.82? 70.29?
            VAE: 58.27 56.72 46.47 68.65
            β-VAE: 57.15? 55.14? 46.87? 70.53?
            AAE: 59.54 54.47 43.89 64.15
            BiGAN: 71.53 67.18 58.48 74.77
            NAT: 64.32 61.43 48.84 70.75
            DIM(G): 42.03 30.82 28.09 51.36
            DIM(L) DV: 69.15? 63.81? 61.92? 71.22?
            DIM(L) JSD: 72.86 70.85 65.93 76.96
            DIM(L) infoNCE: 72.57 70.00 67.08 76.81
            """,
        [(3, "CIFAR-10")] = """
            columns: conv
            DIM(L) single global: 80.95
            CPC: 77.45?
            DIM(L) multiple globals: 77.51?
            """,
        [(3, "STL-10")] = """
            columns: conv
            DIM(L) single global: 76.97?
            CPC: 77.81?
            DIM(L) multiple globals: 78.21?
            """,
        [(4, "CIFAR-10")] = """
            columns: SVM conv, SVM fc, SVM Y, MS-SSIM, MINE, NDM, NDM σ
            VAE: 53.83 42.14 39.59 0.72 93.02 1.62
            AAE: 55.22 43.34 37.76 0.67 87.48 0.03
            BiGAN: 56.40 38.42 44.90 0.46 37.69 24.49
            NAT: 48.62 42.63 39.59 0.29 6.04 0.02
            DIM(G): 46.8 28.79 29.08 0.49 49.63 9.96 0.35
            DIM(L+G): 57.55 45.56 18.63 0.53 101.65 22.89 0.5
            DIM(L) JSD: 63.25 54.06 49.62 0.37 45.09 9.18 0.18
            """,
        [(5, "CIFAR-10")] = """
            columns: Y, fc, conv
            DIM(L) infoNCE: 70.65 73.33 77.46
            + coord: 71.56 73.89 77.28
            + occlude: 72.87 74.45 76.77
            + coord + occlude: 73.99 75.15 77.27
            """,
        [(5, "CIFAR-100")] = """
            columns: Y, fc, conv
            DIM(L) infoNCE: 44.27 47.96 49.90
            + coord: 45.37 48.61 50.27
            + occlude: 44.89 47.65 48.87
            + coord + occlude: 45.96 48.00 48.72
            """,
    };

    /// <summary>The data set whose published numbers stand beside those of some data: its own, or the table's first.</summary>
    public static string Reference(int table, string data) =>
        Texts.ContainsKey((table, data)) ? data : Texts.Keys.First(k => k.Table == table).Data;

    /// <summary>The numbers of a table by row and column.</summary>
    public static IReadOnlyDictionary<(string Row, string Column), PublishedValue> Of(int table, string data)
    {
        string[] lines = Texts[(table, data)].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] columns = lines[0]["columns: ".Length..].Split(", ");
        var values = new Dictionary<(string, string), PublishedValue>();
        foreach (string line in lines.Skip(1))
        {
            int colon = line.LastIndexOf(':');
            string[] numbers = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (int i = 0; i < numbers.Length; i++)
            {
                values[(line[..colon], columns[i])] = new PublishedValue(
                    double.Parse(numbers[i].TrimEnd('?'), System.Globalization.CultureInfo.InvariantCulture), !numbers[i].EndsWith('?'));
            }
        }

        return values;
    }
}
