using Ddpo.Audio.Models.UNet;

namespace Ddpo.Audio.Benchmarks.Speed.Floor;

/// <summary>How many heads the UNet's attentions have, by their paths.</summary>
internal static class UNetHeads
{
    /// <summary>Those of a model.</summary>
    public static Func<string, long> Of(AudioLdm2UNet2DConditionModel model)
    {
        var innermost = model.Config.BlockOutChannels.Count - 1;
        return path => model.Config.AttentionHeadDim[path.Split('.') switch
        {
            ["down_blocks", var block, ..] => Number(block),
            ["up_blocks", var block, ..] => innermost - Number(block),
            _ => innermost,
        }];
    }

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
