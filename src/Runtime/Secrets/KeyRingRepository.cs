using System.Xml.Linq;
using Declarative.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Declarative.Secrets;

/// <summary>Data Protection's keys in the store, so that nodes share them and a backup holds all that belongs together.</summary>
internal sealed class KeyRingRepository(IKeyRing ring) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => [.. ring.Read().Select(static xml => XElement.Parse(xml))];

    public void StoreElement(XElement element, string friendlyName) => ring.Write(friendlyName, element.ToString(SaveOptions.DisableFormatting));
}
