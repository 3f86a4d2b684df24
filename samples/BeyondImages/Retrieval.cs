using InfoMax.Critics;
using InfoMax.Data;
using InfoMax.Encoders;
using static TorchSharp.torch;

namespace InfoMax.Samples.BeyondImages;

/// <summary>Finds examples of one modality by examples of the other, with the critic that was trained to score them.</summary>
internal static class Retrieval
{
    /// <summary>How often the example with the best score, of a gallery of 100, is the right one, and how often it is of the right
    /// kind.</summary>
    public static IEnumerable<Reading> Of(PairedEncoder encoder, SeparableCritic critic, LabeledData test, string representation,
        string? baseline = null)
    {
        const int Gallery = 100;
        (int right, int kind, int count) = (0, 0, test.Count / Gallery * Gallery);
        using var noGrad = no_grad();
        encoder.eval();
        critic.eval();
        for (int start = 0; start < count; start += Gallery)
        {
            using var scope = NewDisposeScope();
            EncoderOutput seen = encoder.call(test.Inputs.GetBatch([.. Enumerable.Range(start, Gallery)]));
            // The critic takes the first modality as the global, the second as the local vector, of one location.
            var heard = new LocalFeatureMap(seen.Paired!.Global.unsqueeze(2));
            long[] best = [.. critic.call(heard, seen.Global).ToDense().view(Gallery, Gallery).argmax(0).data<long>()];
            right += best.Where((found, sound) => found == sound).Count();
            kind += best.Where((found, sound) => test.Labels[start + (int)found] == test.Labels[start + sound]).Count();
        }

        return
        [
            new Reading(representation, "finds the picture of a sound, of 100", (double)right / count, baseline),
            new Reading(representation, "finds a picture of its kind", (double)kind / count, baseline),
        ];
    }
}
