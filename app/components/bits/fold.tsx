// A section of a page that is read on demand: its title opens it.
import { BlockStack, Card, Text } from "@shopify/polaris";
import type { ReactNode } from "react";

export function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card>
      <details className="section-fold">
        <summary>
          <Text as="h2" variant="headingMd">
            {title}
          </Text>
        </summary>
        <div className="section-fold-body">
          <BlockStack gap="400">{children}</BlockStack>
        </div>
      </details>
    </Card>
  );
}
