BBBBBBB BBBBBBBBBBBBBBB BBBB
BBBBB BBBBB gettext(u'Our turn to help') BBBBBBBB
BBBBB BBBB
XX XXXXXXXXXXXX XXXXXXXXX XXXXXXBBB BBBBBBBBBBBBBXX gettext(u'Cultivate') XXXXXXXX
XXXX gettext(u'Our turn to help') XXXXX
BB BBB BBBBB
 gettext(u'Nobody has recommended you here yet') 
 gettext(u'When somebody does, you will find here what they are looking for, held against your own contacts. One that reached you by telephone or over lunch counts too: note it.') 
 gettext(u'I received a recommendation') BBB BBBBBBBBBBBBBBB BB BBBB
BBBBBBB BBBBBBBBBBBBBBBBBB BBBB BBBBBBBB
BBBB
XX XXXXXXXXXXXXX gettext(u'Those who recommended you, what they are looking for, and whom of your contacts it makes one think of. Only you know whether the need is there.') XXXX
BBB BBBB BB BBBBB
XXXXXXXX XXXXXXXXXXXX XXXXXXXXXXXXXXXXXXXXXXXX
  XXX XXXXXXXXXXXBB BBBBBBBBXX XXXXXXBBB BBBBBBBBB BBBBBBBBBBBBXXXXXXBBBBBBBBBXXXXX
  XX XXXXXXXXXXXX XXXXXX gettext(u'Recommended you on %(day)s.') SSSSSSSSSSS SSS SS SSSSSSSSBB BBBBBBBBBBBBBB BB BBBBBBBBBBBB gettext(u'What your own notes say they do: %(words)s.') SSSS SSSS SSS SSSSS SSS SSSS SSS SSSSSSSSSSBBBB gettext(u'Looks for: %(words)s.') SSSSS SSSS SSSSSSSSSSBBBBBBBBBBBB BBBBBBBBBBBB XX XXXXXXBBB BBBBBBBBB BBBBBBBBBBBBXX gettext(u'Their profile') XXXXBBBBBXXXX
  BB BBBBBBBBBB
  XXX XXXXXXXXXXXX XXXXXXX
    BBB BBBB BB BBBBBBBBBBXXX XXXXXXXXXXX XXXXXXXXXXXXXXXXXX XXXXXXBBB BBBBBBBBB BBBBBBBBBBBBXXXXXXXXXXXXXXX XXXXXXXXXXXXXXXXXXXXXXXXXXXX XX XXXXXXXXXXXXX XXXXXX XXXXXXXX gettext(u'Recommend') XXXXX XXXXXXXXXXXXXXX XXXXXXXXXXXXXXXX
    BBBBBB
  XXXXX
  BBBB BBB BBBBBBBBXXXBBB BBBBBBBBBBBBB BB BBB gettext(u'%(name)s is not in your address book. <a href="%(add)s">Add them</a>, with their e-mail address, to see whom they look for.') SSSSSSSS SS SSS SS SSSS SSSSSSS SSSSS SS SSSSSSSSSSSSSSSSSS SSSSSSSSS SSSS SSSSS SSSSSS SSSSSSSS SS SSS SSSS SSSS SSSS SSSSXXXX
  BBBB BBBBBBBBBBBBBBXXX gettext(u'Nobody in your address book comes to mind for now. That may change with the next person you meet.') XXXX
  BBBBXXXBBB BBBBBBBBBBBBBB BBBBBBBBBBBB BB BBBB gettext(u'We do not know whom %(name)s is looking for. The simplest is to ask, then <a href="%(edit)s">to write down what they do</a>.') SS SS SSS SSSS SSSS SSSSSSSS SS SSSSSSS SSSS SSS SSSSSSSS SS SS SSSS SSSS SS SSSSSSSSSSSSSSSSSS SSSSS SSSS SSSS SSSS SSSSSSSXXXX
  BBBBB
XXXXXXXXXX
BBBBBB
BBBBB
BBBBBBBB
