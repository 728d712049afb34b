"""Text in, codes out: which category an appeal belongs to, how sure that is, and which words say so.

Knows nothing of hotlines, databases or networks. `Classifier.load(folder)` takes a model that
`python -m classifier build` or `train` has written; `read(text, classifier)` also tells kind and urgency.
"""

from classifier.features import Text
from classifier.kind import Kind
from classifier.model import Classifier, Label, NoModel, Prediction, Word
from classifier.reading import Reading, read
from classifier.urgency import Urgency

__all__ = ["Classifier", "Kind", "Label", "NoModel", "Prediction", "Reading", "Text", "Urgency", "Word", "read"]
