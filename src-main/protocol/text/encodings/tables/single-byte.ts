/** The upper halves of the encodings of one byte a character, packed. Made by `scripts/encoding-tables.mjs`; see `unpack-table.ts` for the form. */
export const singleByteTables = {
  ibm866:
    '^H!J)jb!##LhJ>Ju#=&>I..&&K7*J:5EJ5JsJ>#/1J#+1EJ2/#-#=&1#J*&KE=L:-2*Eja^!1K=K>K;K>K;K>K3K>_)jbPjbEjbDO9j]1jvFjvQ',
  'iso-8859-2':
    '!CKgSgRKM"LuJ4MO#MV).J#N$N*)N"KHSkROLbLVJ4QNU&M8).J#Q<Q7)JMLl#J{JzL,JdJ|K(K&K<K;K<K;#J{%Ja*L-#L:L9#LDJ%LnLoLn#LLLKL.L-#J<J;KJJdJ=JFJEJZJYJZJY#J<%Ja*KK#KXKW#KcJ%L/L0L/#KkQc',
  'iso-8859-3':
    '!CLNS!Ut#""LBL?#LRJVJ~J%LS""N%N"L0L/!$L!K~#L4JVJ~J%L5""MeMb##""%K*)K"!*""%!$K6K5#K(K&!$LcEL?!$""%JH)JA!*""%!$JTJS#JFJE!$L#EQo',
  'iso-8859-4':
    '!CKgJcJ6MMLJHLn#MVK=BK%M[N*N)#KHSkR$M/L,HR0U&M8K=BK%J7JcJdK7J|!&KoJAK&K<K;K4K3#KVJ1Je0J)Kf!%LwLv##LZ%L[J>J=!&K0JAJEJZJYJRJQ#JuJ1Je0J)K&!%L8L7##Ky%QR',
  'iso-8859-5': '!C]D!-]C]D!J;jGejGd!-_7_8#',
  'iso-8859-6': '!C"$*")h_hO"/hk"$*""%!;"&.!4',
  'iso-8859-7': '!CjVc#jVbjYq(jYt!$Y8Y7##""jVBjV?!$Y8##Y7Y8##Y7Y8Y7Y8!5""%!J$',
  'iso-8859-8': '!C""%!)JVJU!0JwJv!$"BjV#j9p!<"#j9%#',
  'iso-8859-10':
    '!CKg>B2)>LdLkJSK>.J(N-MaJ=LzKH>B2)>LELLJSK>.J(jQmjR9J=K7J|!&KoJAK&K<K;K4K3!$L,0L7!$LgLfLwLv!&J>J=!&K0JAJEJZJYJRJQ!$KJ0KU!$L(L&L8L7!%Jo',
  'iso-8859-13':
    '!CjVmjVl##jVgjVf#J]J[M@M?!$J*J)!$jVDjVC##J}J|M!L~!$JJJ6JNJY.K$#KD11K&MFKh:J!=DJDJ7%L)L4L3##LyJ`J,BLbM#%M$JFJNJY.JC#Jc11JELeKh:J!=DJDJ7%KGKRKQ##L:J`J,BL"LB%jQu',
  'iso-8859-14':
    '!CjK*#jK)Km#jHyjK/jMajM`jMaL3NXjP&#M{jG!#jH|#jI]#jL"jLJJPJQJRJCLiL"#JEjLO!1M0M/!&jL2jL1!&LuLt!2LNLM!&jKPjKO!&L6L5',
  'iso-8859-15': '!FjYqjYpM]M[MZMY!,M{Mz##MuMt##Lq#JDM[!J:',
  'iso-8859-16':
    '!CKg#JsjVHLbjRbM[MZMYQTQSN%N$N##N"#KTJgJqjR!jVC#MuL&OFQ5Lq#JD*Mb##J{JzK!J~!+J}JaL&##L:L9LJJ%Lt!$JsO2PK!$J<J;J@J?!+J>JaKE##KXKWKiJ%L5!$J4O2Oj',
  'koi8-r':
    'jse%6****2222K%****!$W7WN^7#JVJ2#jdSjhXjh;%,J{jrq##j`;j`:!0jbAjb@!,ju3^qJ9#J#I#@GF?!)BC!$?-J.&J$D,-)(J5J9#J#I#@GF?!)BC!$?-J.&J$D,-)(',
  'koi8-u':
    'jse%6****2222K%****!$W7WN^7#JVJ2#jdSjhXjh;%,J{jrq##j`;(j`6j`5#j`6!%j_)Jdj`6!$jbA(jb<jb;#jb<!%j_ILI]O^qJ9#J#I#@GF?!)BC!$?-J.&J$D,-)(J5J9#J#I#@GF?!)BC!$?-J.&J$D,-)(',
  macintosh:
    'K(#%%2,.,&%%&%%%&%#%&%#%%&%%&,&%#jTsjVUA#*jVijVMJLJ`/j]<j])=jd6jcYFjagjb[jd,#jdIBjau@)jP;jPqjc&BYuX|FJpJ98jbZj]^j^ZK$jb7BjVHjW$J:(FL<#jRc#2#/#jTrjuPjuCL4jR{KoL+#uv,#uvdjVIjV8*FjVQ276+,##+0#waawah2#)KNRDJ%UdUX##UMUP)J$',
  'windows-874': 'jZ]jZ[!$jWZjWY!,jW%#(#,C#jVn!*iN#!J3"%,!>',
  'windows-1250':
    'jZ]jZ[jWHjWGjWL21#jWKjWgjS)jS8jSG6J,-N`jW%#(#,C#jVnj]_jX?jS8jSG6J,-NAUTDRKM"K_K^!$MPMO!$N#N"#UZROLb!%K8KRM1LFRZR[JwJMLl#J{JzL,JdJ|K(K&K<K;K<K;#J{%Ja*L-#L:L9#LDJ%LnLoLn#LLLKL.L-#J<J;KJJdJ=JFJEJZJYJZJY#J<%Ja*KK#KXKW#KcJ%L/L0L/#KkQc',
  'windows-1251':
    '^,#jCujB3jB821#LXL=jD;jDJjDK%&*K#jB.#(#,C#jVnj]_jGljBejBf%&*_K]_K>KM]M`F`E#]6]5]8]7!$]4]3#],K>Jq`)##^ZjGajG^^[^aKGK>%K/!J9',
  'windows-1252': 'jZ]jZ[jWHjQQjQV21#jJ|jK:jS)jS8jSWMtNkNj#jW%#(#,C#jJ5jP%jX?jS8jSWMUNL1N=!JY',
  'windows-1253':
    'jZ]jZ[jWHjQQjQV21#jWKjWgjWfjWujWt!%jW%#(#,C#jVnj]_j]^jWVjWU!%Ya#Y`!(""%!$jV@jV?!$Y8Y7##Y8##Y7Y8Y7Y8!5""%!J$',
  'windows-1254': 'jZ]jZ[jWHjQQjQV21#jJ|jK:jS)jS8jSWMt!$jW%#(#,C#jJ5jP%jX?jS8jSWMU#N>N=!J)K<K;!-KFJVLC!2JZJY!-JeJVKb',
  'windows-1255':
    'jZ]jZ[jWHjQQjQV21#jJ|jK:jWfjWujWt!%jW%#(#,C#jJ5jP%j]^jWVjWU!)jYmjYl!%JVJU!0JwJv!%f(!5JT!%")JE!<"#j9%#',
  'windows-1256':
    'jZ]j9=j6*jQQjQV21#jJ|jK:j6dj6sjSWgRFEJHj4}#(#,C#j5&j:uj;Kj6DjSWjRT#j4Si$Uhghf!)i$Hi$G!0hRhQ!$hPM*M)!7hOhN!$.!$hWhVhUhT!$hS!%hJ#hI#hF!$hEhD#hChBhAh@h?#jTN#j4&',
  'windows-1257':
    'jZ]jZ[jWHjWGjWL21#jWKjWgjWfjWujWtJ2UDU&JMjW%#(#,C#jVnj]_j]^jWVjWUHU_V$#""%##""%#J]J[M@M?!$J*J)!)J}J|M!L~!$JJJ6JNJY.K$#KD11K&MFKh:J!=DJDJ7%L)L4L3##LyJ`J,BLbM#%M$JFJNJY.JC#Jc11JELeKh:J!=DJDJ7%KGKRKQ##L:J`J,BL"LB%Q,',
  'windows-1258':
    'jZ]jZ[jWHjQQjQV21#jJ|jK:jWfjWujSWMt!$jW%#(#,C#jJ5jP%j]^jWVjSWMU#N>N=!DJ{Jz!)UqUp##J}J|UwUv#N!M~!(N0P{UQ!$J<J;!)U2U1##J>J=UkUj#M@M?!(MNjS}jWr',
  'x-mac-cyrillic':
    '^H!AjC(jVU`.`K*jVijVM]!]5/j]<jIbK>jNojPWK>jMDjb[jd,#jNt^l`%LW-K>K;K>K=K>K?K>)KG]7jbZj]^j^ZK$jb7BjVHjW$]XK>K?K>3jA{#2#/#jTrjTyjCjK>K?K>jGDjIKK>)J;!@jEJ',
} as const
