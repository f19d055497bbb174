namespace Ddpo.Audio.Tokenizers;

/// <summary>Brings token rows to a device.</summary>
internal static class TokenTensors
{
    /// <summary>int64 [rows, tokens]; the rows have equal lengths.</summary>
    public static Tensor ToTensor(this long[][] rows, Device device) =>
        tensor(rows.SelectMany(row => row).ToArray()).reshape(rows.Length, rows[0].Length).to(device);
}
