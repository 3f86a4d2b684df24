using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>A layer without weights.</summary>
internal sealed class Function(string name, Func<Tensor, Tensor> function) : nn.Module<Tensor, Tensor>(name)
{
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor output = function(input);
        return ReferenceEquals(output, input) ? scope.MoveToOuter(input.alias()) : scope.MoveToOuter(output);
    }
}
