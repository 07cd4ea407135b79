// Pages' own styles, each file inside `@layer pages`. A module of its own, so that they come behind the layers' order.
import.meta.glob("./pages/*.css", { eager: true });
