using System.Text.RegularExpressions;

namespace Ddpo.Audio.Adapters;

/// <summary>How a file names the weights of an adapter.</summary>
internal enum LoraFormat
{
    /// <summary><c>unet.[layer].lora_A.weight</c>, as diffusers saves a peft adapter.</summary>
    Peft,

    /// <summary><c>base_model.model.[layer].lora_A.weight</c>, as peft itself saves one; alpha is in a file beside it.</summary>
    PeftAdapter,

    /// <summary><c>[layer].lora_A.weight</c>, as a UNet's <c>save_lora_adapter</c> saves one.</summary>
    PeftLayers,

    /// <summary><c>unet.[layer].lora.down.weight</c>, as diffusers 0.22 to 0.26 and trl save one.</summary>
    Diffusers,

    /// <summary><c>[layer].lora.down.weight</c>, as a UNet's <c>save_attn_procs</c> of those versions saves one.</summary>
    DiffusersLayers,

    /// <summary><c>[attention].processor.to_q_lora.down.weight</c>, as diffusers up to 0.21 and ddpo-pytorch save one.</summary>
    Processor,
}

/// <summary>What one tensor of an adapter's file is.</summary>
internal enum LoraPart
{
    /// <summary>A, [rank, in].</summary>
    Down,

    /// <summary>B, [out, rank].</summary>
    Up,

    /// <summary>The numerator of alpha / rank, a single number.</summary>
    Alpha,
}

/// <summary>A key taken apart. <see cref="Format"/> is null for a key that several formats share.</summary>
internal sealed record LoraKey(string Module, LoraPart Part, LoraFormat? Format);

/// <summary>The names of an adapter's tensors in every format.</summary>
internal static partial class LoraKeys
{
    public const string PeftDown = ".lora_A.weight";
    public const string PeftUp = ".lora_B.weight";
    public const string Alpha = ".alpha";
    public const string UNetPrefix = "unet.";

    // Models beside the UNet, whose adapters a file may hold under their names.
    private const string NoOtherModel = @"(?!(text_encoder|text_encoder_2|text_encoder_3|transformer|language_model|projection_model|vae|vocoder)\.)";

    /// <summary>Takes a key apart; <see langword="null"/> if no format has such a key of a UNet.</summary>
    public static LoraKey? Parse(string key)
    {
        if (PeftPattern().Match(key) is { Success: true } peft)
        {
            var format = peft.Groups["prefix"].Value switch { UNetPrefix => LoraFormat.Peft, "" => LoraFormat.PeftLayers, _ => LoraFormat.PeftAdapter };
            return new(peft.Groups["module"].Value, peft.Groups["part"].Value == "A" ? LoraPart.Down : LoraPart.Up, format);
        }

        if (DiffusersPattern().Match(key) is { Success: true } diffusers)
        {
            var format = diffusers.Groups["prefix"].Length > 0 ? LoraFormat.Diffusers : LoraFormat.DiffusersLayers;
            return new(diffusers.Groups["module"].Value, UpOrDown(diffusers), format);
        }

        if (ProcessorPattern().Match(key) is { Success: true } processor)
        {
            var projection = processor.Groups["projection"].Value;
            var layer = projection == "to_out" ? "to_out.0" : projection;
            return new($"{processor.Groups["attention"].Value}.{layer}", UpOrDown(processor), LoraFormat.Processor);
        }

        return AlphaPattern().Match(key) is { Success: true } alpha ? new(alpha.Groups["module"].Value, LoraPart.Alpha, null) : null;
    }

    private static LoraPart UpOrDown(Match match) => match.Groups["part"].Value == "down" ? LoraPart.Down : LoraPart.Up;

    [GeneratedRegex("^" + NoOtherModel + @"(?<prefix>unet\.|base_model\.model\.|)(?<module>.+)\.lora_(?<part>A|B)(\.default)?\.weight$")]
    private static partial Regex PeftPattern();

    [GeneratedRegex("^" + NoOtherModel + @"(?<prefix>unet\.|)(?<module>.+)\.lora\.(?<part>down|up)\.weight$")]
    private static partial Regex DiffusersPattern();

    [GeneratedRegex(@"^(unet\.)?(?<attention>.+)\.processor\.(?<projection>to_q|to_k|to_v|to_out)_lora\.(?<part>down|up)\.weight$")]
    private static partial Regex ProcessorPattern();

    [GeneratedRegex("^" + NoOtherModel + @"(unet\.|base_model\.model\.|)(?<module>.+)\.alpha$")]
    private static partial Regex AlphaPattern();
}
