namespace Ddpo.Audio.Models.Clap;

/// <summary>The towers of CLAP, each with its projection.</summary>
[Flags]
internal enum ClapTowers
{
    Text = 1,
    Audio = 2,
    Both = Text | Audio,
}
