using static TorchSharp.torch;

namespace InfoMax.Samples.BeyondImages;

/// <summary>
/// One graph of a stochastic block model: the known answer is the community of each node. Nodes of a community are linked more often, and
/// share a faint mean in all of their features; most of what a node's features say is
/// noise, and a part of them is far louder than the rest and says nothing at all.
/// </summary>
internal static class Communities
{
    public const int Count = 5, Features = 256;

    private const int Loud = 64;
    private const double LinksInside = 6, LinksOutside = 4, Mean = 0.12, Loudness = 2;

    /// <summary>Features <c>[nodes, 256]</c>, edges <c>[nodes, nodes]</c> and communities.</summary>
    public static (Tensor Features, Tensor Edges, int[] Communities) Make(int nodes, Random random)
    {
        int[] labels = random.Labels(nodes, Count);
        double inside = LinksInside * Count / nodes, outside = LinksOutside * Count / (nodes * (Count - 1.0));
        float[] edges = new float[nodes * nodes];
        for (int i = 0; i < nodes; i++)
        {
            for (int j = 0; j < i; j++)
            {
                edges[(i * nodes) + j] = edges[(j * nodes) + i] = random.NextDouble() < (labels[i] == labels[j] ? inside : outside) ? 1 : 0;
            }
        }

        double[] means = [.. Enumerable.Range(0, Count * Features).Select(_ => Mean * random.Normal())];
        float[] features = new float[nodes * Features];
        for (int i = 0; i < features.Length; i++)
        {
            int feature = i % Features;
            features[i] = (float)(feature < Loud ? Loudness * random.Normal() : means[(labels[i / Features] * Features) + feature]
                + random.Normal());
        }

        return (tensor(features, [nodes, Features]), tensor(edges, [nodes, nodes]), labels);
    }
}
