BBBBBBB BBBBBBBBBBBBBBB BBBB
BBBBB BBBBB gettext(u'Your referrals') BBBBBBBB
BBBBB BBBBBBBBBBBBBB BBBBBBBBBBBBBBBBBBBBBBBB BBBBBBBBBBBBBBBBBBBBBBBBB
BBBBB BBBB
XXXX gettext(u'Your referrals') XXXXX
BB BBBBB BB BBBBBB
 gettext(u'Name or company') 
BBBBBBB BBBBBBBBBBBBBBBBBBB BBBB BBBBBBBBBBBBBBBBBB BBBBBBBBBBBB
XXXX XXXXXXXXXXXX XXXXXXXXXXXXXX XXXXXX
  XX XXXXXXXXXXXX XXXXX XXXXXXXXXXXXXX ngettext(u'%(total)s referral', u'%(total)s referrals', count) SSSSSSSSS SSSSSSSSPPPPPPPPP PPPPPPPPPXXXX
  BB BBBBB
  BBBBBBB BBBBBBBBBBBBBBBBBBBB
  BBBBBBB BBBBBBBBBBBBBBBBBB
  BBBB
  XXX gettext(u'No referral of yours answers to that.')  XX XXXXXXBBB BBBBBBBBBBBXX gettext(u'Show them all') XXXXXXXX
  BBBBB
XXXXXX
BBBB
 gettext(u'No referral yet') 
 gettext(u"A referral joins two people who may want to meet: one has a need, the other can answer it. Each is asked apart, and learns the other's name only after agreeing. Its story is then told here.") 
 gettext(u'Recommend somebody') 
BBB BBBBBBBBBBB BB BBB
BBBBBBB BBBBBBBBBBBBBBBBBB BBBB BBBBBBBBBBB BBBBBBBBB BBBBBBB BBBBBBB BBBB
BBBBB
XX XXXXXXXXXXXX XXXXXXXXXXXX XXXXXXBBB BBBBBBBXX gettext(u'Noted recommendations') XXXX X XX XXXXXXBBB BBBBBBBXX gettext(u'Your leads') XXXXXXXX
BBBBBBBB
