package dev.concordat.contracts.events;

/** The data of a CloudEvent of ours. {@link EventType} knows the name and the topic of each. */
public sealed interface Event
    permits RegisterPartner,
        RemovePartner,
        PartnerCommandDecided,
        PartnerRegistered,
        MetadataRefreshed,
        SigningKeyPublished,
        DocumentRead,
        RefreshRequested,
        ProbeRequested,
        ProbeCompleted {}
