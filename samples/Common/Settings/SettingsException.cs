namespace Ddpo.Audio.Samples;

/// <summary>The settings are wrong; the message is for whoever wrote them.</summary>
internal sealed class SettingsException(string message, Exception? innerException = null) : Exception(message, innerException);
